/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/form.h"
#include "common/intl.h"
#include "ctl/check.h"

#define CHECK "identity"

/* What is found holds for the service; "": for all of them. */
static void
add(struct genauth_check *check, const char *service,
    enum genauth_result result, const char *cure, const char *text)
{
	genauth_report_add(&check->report, CHECK, result, cure, "%s%s%s",
	    service, *service != '\0' ? ": " : "", text);
}

/* A directory has names of its own; whether they are GenAuth's is unknown. */
static void
warn_of_directory(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	char text[256];

	snprintf(text, sizeof(text), _("with connection = %s, who is called "
	    "otherwise at GenAuth than in the directory is refused"),
	    genauth_options_word(options, GENAUTH_OPTION_connection));
	add(check, service, GENAUTH_RESULT_WARNING, _("see with genauthctl "
	    "login whether the username of the id_token is the account"), text);
}

/* Of the forms that an account may have, those that scope leaves out. */
static void
warn_of_scope(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	static const struct {
		enum genauth_account_type form;
		const char *accounts;
	} forms[] = {
		{ GENAUTH_ACCOUNT_USERNAME, N_("user names") },
		{ GENAUTH_ACCOUNT_EMAIL, N_("e-mail addresses") },
		{ GENAUTH_ACCOUNT_PHONE, N_("phone numbers") },
	};
	char text[256];

	if (options->connection != GENAUTH_CONNECTION_PASSWORD ||
	    options->account_type != GENAUTH_ACCOUNT_ANY)
		return;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (genauth_form_is_asked_for(options, forms[i].form))
			continue;
		snprintf(text, sizeof(text), _("scope has no %s: accounts that "
		    "are %s are refused"), genauth_form_scope(forms[i].form),
		    _(forms[i].accounts));
		add(check, service, GENAUTH_RESULT_WARNING, _("add it to "
		    "scope, or remove scope, if there are such accounts"),
		    text);
	}
}

/* Letters around %u: whatever the user is called, it is no number. */
static void
warn_of_phone(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	const char *format = options->account_format;

	if (genauth_form_of(options, "") != GENAUTH_ACCOUNT_PHONE)
		return;
	for (; *format != '\0'; format++)
		if (format[0] == '%' && format[1] == 'u')
			format++;
		else if (strchr("+0123456789", *format) == NULL)
			break;
	if (*format != '\0')
		add(check, service, GENAUTH_RESULT_WARNING,
		    _("see account_format and account_type in "
		    "genauth.conf(5)"), _("no account that account_format "
		    "makes is a phone number: all are refused"));
}

/* Who has answered GenAuth's second factor has no token without it. */
static void
warn_of_mfa(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	if (options->mfa == GENAUTH_MFA_ASK && !options->mfa_token_exchange)
		add(check, service, GENAUTH_RESULT_WARNING,
		    _("mfa_token_exchange = yes brings one"), _("mfa = ask "
		    "asks nobody: after GenAuth's second factor there is no "
		    "id_token"));
}

static void
say_what_is_needed(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	const char *text = _("required: the id_token must name the account as "
	    "username");

	if (options->connection == GENAUTH_CONNECTION_PASSWORD) {
		if (options->account_type == GENAUTH_ACCOUNT_EMAIL)
			text = _("required: the id_token must name the account "
			    "as email, and as verified");
		else if (options->account_type == GENAUTH_ACCOUNT_PHONE)
			text = _("required: the id_token must name the account "
			    "as phone_number");
		else if (options->account_type == GENAUTH_ACCOUNT_ANY)
			text = _("required: the id_token must name the account "
			    "as verified email if there is an @ in it, as "
			    "phone_number if it is one, else as username");
	}
	add(check, service, GENAUTH_RESULT_OK, NULL, text);
}

void
genauth_check_identity(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	if (options->identity != GENAUTH_IDENTITY_REQUIRED)
		return;
	say_what_is_needed(check, service, options);
	if (options->connection != GENAUTH_CONNECTION_PASSWORD)
		warn_of_directory(check, service, options);
	warn_of_scope(check, service, options);
	warn_of_phone(check, service, options);
	warn_of_mfa(check, service, options);
}
