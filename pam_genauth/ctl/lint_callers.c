/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_callers.h"

#include <sys/stat.h>

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/list.h"
#include "common/options_line.h"
#include "common/paths.h"
#include "ctl/settings.h"
#include "login/call.h"
#include "stack/modules.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* From polkit 127 on: its helper is root, but in a network of its own. */
#define POLKIT "polkit-1"
#define POLKIT_UNIT "/usr/lib/systemd/system/polkit-agent-helper@.service"

/* What is said about a line. */
struct subject {
	struct genauth_report *report;
	const char *check, *service;
	const struct genauth_stack_line *line;
	const struct genauth_options *options;
	char account[64];	/* of the service; "": whoever sits there */
};

/*
 * Services that distributions do not run as root, nor have a set-user-ID helper
 * for, and the account of each, by whichever of these names this host knows;
 * NULL: whoever sits there.
 */
static const struct host {
	const char *service, *accounts;
} hosts[] = {
	{ "apache2", "www-data" },
	{ "ejabberd", "ejabberd" },
	{ "gtklock", NULL },
	{ "http", "www-data lighttpd" },
	{ "httpd", "apache www-data" },
	{ "hyprlock", NULL },
	{ "i3lock", NULL },
	{ "kde", NULL },
	{ "mate-screensaver", NULL },
	{ "nginx", "www-data nginx" },
	{ "postgresql", "postgres" },
	{ "radiusd", "freerad radiusd" },
	{ "screen", NULL },
	{ "squid", "proxy squid" },
	{ "swaylock", NULL },
	{ "waylock", NULL },
	{ "xfce4-screensaver", NULL },
};

static const struct host *
find_host(const char *service)
{
	for (size_t i = 0; i < COUNT(hosts); i++)
		if (strcmp(hosts[i].service, service) == 0)
			return &hosts[i];
	return NULL;
}

/* The first that the host knows, or else the first. */
static void
choose_account(const char *accounts, char account[64])
{
	const char *word;
	size_t length;

	for (word = genauth_list_next(accounts, " ", &length); length > 0;
	    word = genauth_list_next(word + length, " ", &length)) {
		snprintf(account, 64, "%.*s", (int)length, word);
		if (getpwnam(account) != NULL)
			return;
	}
	word = genauth_list_next(accounts, " ", &length);
	snprintf(account, 64, "%.*s", (int)length, word);
}

/* Or there is none, of which others tell. */
static bool
may_read(const char *file, const char *account)
{
	const struct passwd *entry = account[0] != '\0' ? getpwnam(account) :
	    NULL;
	struct stat status;

	return stat(file, &status) != 0 || (status.st_mode & S_IROTH) != 0 ||
	    (entry != NULL && entry->pw_uid == status.st_uid);
}

/* One word of allow_service_callers: for that service, and of this host. */
static bool
names(const char *word, size_t length, const char *service)
{
	const char *colon = memchr(word, ':', length);
	char name[64];

	if (colon == NULL || length - (size_t)(colon - word) - 1 !=
	    strlen(service) || memcmp(colon + 1, service, strlen(service)) != 0)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(colon - word), word);
	return getpwnam(name) != NULL;
}

/* Whether an account, whatever it is called, may ask for the service. */
static bool
is_named(const char *list, const char *service)
{
	const char *word = list != NULL ? list : "";
	size_t length;

	for (word = genauth_list_next(word, " ", &length); length > 0;
	    word = genauth_list_next(word + length, " ", &length))
		if (names(word, length, service))
			return true;
	return false;
}

/* What the module refuses there. */
static void
check_words(const struct subject *subject)
{
	const struct genauth_stack_line *line = subject->line;

	for (size_t i = 0; i < line->argument_count; i++)
		if (!genauth_options_line_is_heard(line->arguments[i]))
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_ERROR, _("write it into "
			    "genauth.conf, in the section of the service"),
			    _("%s:%u: %.*s is not heard at the socket, "
			    "and refuses everybody"), line->file, line->number,
			    (int)strcspn(line->arguments[i], "="),
			    line->arguments[i]);
}

static void
check_socket(const struct subject *subject)
{
	if (!genauth_call_is_possible())
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING,
		    _("systemctl enable --now pam_genauth.socket"),
		    _("%s:%u: %s asks at %s, and that is not there"),
		    subject->line->file, subject->line->number,
		    subject->service, genauth_paths.socket);
}

static void
check_user(const struct subject *subject, const char *file)
{
	char cure[512];

	if (subject->options->allow_user_callers) {
		check_words(subject);
		check_socket(subject);
		return;
	}
	snprintf(cure, sizeof(cure), _("set allow_user_callers = yes in the "
	    "section [%s] and enable pam_genauth.socket, see pam_genauth(8), "
	    "Callers who are not root"), subject->service);
	genauth_report_add(subject->report, subject->check,
	    GENAUTH_RESULT_WARNING, cure, _("%s:%u: %s runs as whoever sits "
	    "there, who cannot read %s: GenAuth is not asked"),
	    subject->line->file, subject->line->number, subject->service,
	    file);
}

static void
check_account(const struct subject *subject, const char *file)
{
	char cure[512];

	if (is_named(subject->options->allow_service_callers,
	    subject->service)) {
		check_words(subject);
		check_socket(subject);
		return;
	}
	snprintf(cure, sizeof(cure), _("set allow_service_callers = %s:%s and "
	    "enable pam_genauth.socket, see pam_genauth(8), Callers who are "
	    "not root"), subject->account, subject->service);
	genauth_report_add(subject->report, subject->check,
	    GENAUTH_RESULT_WARNING, cure, _("%s:%u: %s runs as %s, who cannot "
	    "read %s: GenAuth is not asked"), subject->line->file,
	    subject->line->number, subject->service, subject->account, file);
}

static void
check_polkit(const struct subject *subject)
{
	if (access(POLKIT_UNIT, F_OK) != 0)
		return;
	if (subject->options->helper_socket)
		check_socket(subject);
	else
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, _("set helper_socket = yes in the "
		    "section [polkit-1] and enable pam_genauth.socket"),
		    _("%s:%u: polkit's helper has no network here: GenAuth is "
		    "not asked"), subject->line->file, subject->line->number);
}

static void
check_line(struct subject *subject, const struct host *host,
    const char *file)
{
	if (host == NULL) {
		check_polkit(subject);
		return;
	}
	if (host->accounts != NULL)
		choose_account(host->accounts, subject->account);
	if (may_read(file, subject->account))
		return;
	if (host->accounts == NULL)
		check_user(subject, file);
	else
		check_account(subject, file);
}

static void
ignore(void *data, const char *text)
{
	(void)data;
	(void)text;
}

void
genauth_lint_callers_check(struct genauth_report *report, const char *check,
    const struct genauth_stack *stack, const char *service, const char *conf)
{
	const struct host *host = find_host(service);

	for (size_t i = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	    i < stack->count && (host != NULL || strcmp(service, POLKIT) == 0);
	    i = genauth_stack_find(stack, GENAUTH_MODULE, i + 1)) {
		const struct genauth_stack_line *line = &stack->lines[i];
		struct genauth_options options;
		struct subject subject = { .report = report, .check = check,
		    .service = service, .line = line, .options = &options };

		/* A file of its own is another way, and not for the socket. */
		if (genauth_modules_prepares(line) || strcmp(
		    genauth_settings_file(NULL, line),
		    genauth_paths.options_file) != 0)
			continue;
		if (genauth_settings_load(&options, conf, service, line,
		    ignore, NULL))
			check_line(&subject, host, genauth_settings_file(conf,
			    line));
		genauth_options_free(&options);
	}
}
