/* SPDX-License-Identifier: BSD-2-Clause */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "ctl/arguments.h"
#include "ctl/say.h"
#include "ctl/settings.h"
#include "ctl/tell.h"
#include "login/account.h"
#include "login/login.h"
#include "login/who.h"

/* What the request calls the account: genauth/signin.c. */
static const char *
field_of(const struct genauth_options *options)
{
	return options->connection == GENAUTH_CONNECTION_LDAP ?
	    "ldapPayload.sAMAccountName" :
	    options->connection == GENAUTH_CONNECTION_AD ?
	    "adPayload.sAMAccountName" : "passwordPayload.";
}

static void
show_source(const struct genauth_options *options,
    const struct genauth_account *account)
{
	if (account->line != 0) {
		genauth_say(GENAUTH_SAY_LABEL, _("from       %s:%u\n"),
		    options->account_map, account->line);
		return;
	}
	genauth_say(GENAUTH_SAY_LABEL, _("from       account_format = %s\n"),
	    options->account_format);
	if (options->account_case == GENAUTH_CASE_LOWER)
		genauth_say(GENAUTH_SAY_LABEL, _("           account_case = "
		    "lower\n"));
	if (options->account_map != NULL)
		genauth_say(GENAUTH_SAY_LABEL, _("           %s has no line "
		    "for the user: account_map_fallback = yes\n"),
		    options->account_map);
}

static void
show(const struct genauth_login *login, const struct genauth_account *account)
{
	const struct genauth_options *options = login->options;
	const bool has_type = options->connection ==
	    GENAUTH_CONNECTION_PASSWORD;

	genauth_say(GENAUTH_SAY_LABEL, _("user       %s, uid %u\n"),
	    login->entry->pw_name, (unsigned)login->entry->pw_uid);
	genauth_say(GENAUTH_SAY_LABEL, _("account    %s\n"), account->name);
	show_source(options, account);
	genauth_say(GENAUTH_SAY_LABEL, _("sent as    %s%s\n"),
	    field_of(options), has_type ? genauth_options_word(options,
	    GENAUTH_OPTION_account_type) : "");
	if (account->sub[0] != '\0')
		genauth_say(GENAUTH_SAY_LABEL, _("sub        of the id token "
		    "must be %s\n"), account->sub);
}

/* Whether GenAuth would be asked. */
static bool
tell(const struct genauth_login *login)
{
	struct genauth_account account;
	struct genauth_failure failure;

	if (genauth_who_is_served(login, &failure) &&
	    genauth_account_make(login, &account, &failure)) {
		show(login, &account);
		return true;
	}
	genauth_tell_verdict(failure.verdict, failure.text);
	if (login->rhost == NULL && login->options->allow_hosts != NULL)
		genauth_say(GENAUTH_SAY_LABEL, _("advice     %s\n"),
		    _("with --rhost, as somebody who comes from there"));
	return false;
}

static void
complain(void)
{
	genauth_say_error(_("one user must be named"));
}

static int
run(const struct genauth_arguments *arguments)
{
	const char *rhost = genauth_arguments_value(arguments, "rhost");
	struct genauth_options options = { 0 };
	const struct genauth_login login = { .options = &options,
	    .user = arguments->operand, .entry = getpwnam(arguments->operand),
	    /* As for the module, an empty one is none. */
	    .rhost = rhost != NULL && rhost[0] != '\0' ? rhost : NULL };
	bool asked = genauth_settings_open(&options,
	    genauth_arguments_value(arguments, "conf"),
	    genauth_arguments_value(arguments, "pam-dir"),
	    genauth_arguments_value(arguments, "service")) && tell(&login);

	genauth_options_free(&options);
	return asked ? 0 : 1;
}

const struct genauth_command genauth_cmd_account = {
	.name = "account",
	.operand = "USER",
	.kind = GENAUTH_KIND_USER,
	.summary = N_("the GenAuth account of a local user"),
	.about = N_("Says which account GenAuth would be asked about, and "
	    "why; or why it would not\n"
	    "be asked.  Nothing is sent.\n"),
	.status = N_("Exit status: 0 GenAuth would be asked, 1 it would not, "
	    "2 usage.\n"),
	.options = {
		{ "service", 0, "NAME", GENAUTH_KIND_SERVICE,
		    N_("as this PAM service sees it"), GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_RHOST,
		GENAUTH_COMMAND_CONF,
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.complain = complain,
	.run = run,
};
