/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_factor.h"

#include <string.h>

#include "common/intl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool
genauth_lint_factor_is_asked(const struct genauth_options *options)
{
	return options->second_factor != GENAUTH_SECOND_FACTOR_NONE ||
	    options->mfa == GENAUTH_MFA_ASK;
}

/* Their names in /etc/pam.d, where distributions put them. */
static bool
knows_only_a_password(const char *service)
{
	static const char *const services[] = { "apache2", "cups", "dovecot",
	    "exim4", "ftp", "ftpd", "http", "httpd", "i3lock", "imap",
	    "mariadb", "mysql", "nginx", "openvpn", "pop3", "postgresql",
	    "proftpd", "pure-ftpd", "radiusd", "samba", "smtp", "squid",
	    "swaylock", "vlock", "vsftpd", "xscreensaver" };

	for (size_t i = 0; i < COUNT(services); i++)
		if (strcmp(services[i], service) == 0)
			return true;
	return false;
}

void
genauth_lint_factor(struct genauth_report *report, const char *check,
    const char *file, const char *service,
    const struct genauth_options *options)
{
	if (genauth_lint_factor_is_asked(options) &&
	    knows_only_a_password(service))
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("give it a section of its own without second_factor "
		    "and mfa, or another way to log in"), _("%s: the service "
		    "%s cannot ask for a second factor, and who needs one is "
		    "refused"), file, service);
}
