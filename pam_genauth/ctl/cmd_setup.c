/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "common/intl.h"
#include "ctl/say.h"
#include "ctl/setup.h"
#include "ctl/setup_ask.h"
#include "ctl/setup_first.h"
#include "ctl/setup_save.h"
#include "ctl/terminal.h"
#include "ctl/usage.h"

/* What goes with what on the command line. */
static const char *
fault_of(const struct genauth_arguments *arguments)
{
	bool asks = !genauth_arguments_have(arguments, "non-interactive"),
	    types = !genauth_arguments_have(arguments, "password-stdin");

	if (asks && (!types || genauth_arguments_have(arguments,
	    "secret-stdin")))
		return _("--secret-stdin and --password-stdin go with "
		    "--non-interactive");
	if (genauth_arguments_have(arguments, "secret-stdin") &&
	    genauth_arguments_have(arguments, "secret-file"))
		return _("--secret-stdin and --secret-file are both there; "
		    "keep one");
	if (!asks && types == genauth_arguments_have(arguments, "user"))
		return _("--user and --password-stdin need each other with "
		    "--non-interactive");
	if (asks && !genauth_terminal_is_there())
		return _("there is no terminal to ask on; give the answers as "
		    "options, with --non-interactive");
	return NULL;
}

/* Nobody can be asked for them. */
static const char *
missing(const struct genauth_setup *setup)
{
	if (setup->asks)
		return NULL;
	if (setup->before.app_host == NULL &&
	    !genauth_arguments_have(setup->arguments, "app-host"))
		return "--app-host";
	if (setup->before.app_id == NULL &&
	    !genauth_arguments_have(setup->arguments, "app-id"))
		return "--app-id";
	return NULL;
}

static void
greet(const struct genauth_setup *setup)
{
	if (setup->asks)
		genauth_say(0, _("This asks for what GenAuth's console says "
		    "of the application, sees with GenAuth whether each "
		    "answer is right, and writes %s.  Until then Ctrl-C "
		    "leaves all as it is.\n"), setup->conf);
}

/* The steps behind genauth.conf. */
static enum genauth_setup_status
finish(const struct genauth_setup *setup)
{
	bool done;

	if (!genauth_setup_first_check(setup)) {
		genauth_say_error(_("repair what check has found, then: "
		    "genauthctl setup, or genauthctl check and genauthctl "
		    "login"));
		return GENAUTH_SETUP_CHECK;
	}
	if (!genauth_setup_first_login(setup, &done))
		return GENAUTH_SETUP_LOGIN;
	/* On the word of the command line also if nobody has logged in. */
	if (!done && setup->asks) {
		genauth_say(0, _("When you want to: genauthctl login "
		    "USER\n"));
		return GENAUTH_SETUP_DONE;
	}
	return genauth_setup_first_try(setup) ? GENAUTH_SETUP_DONE :
	    GENAUTH_SETUP_TRY;
}

static enum genauth_setup_status
take_steps(struct genauth_setup *setup,
    const struct genauth_arguments *arguments)
{
	enum genauth_setup_status status;
	const char *option;

	if (!genauth_setup_open(setup, arguments))
		return GENAUTH_SETUP_BEGIN;
	if ((option = missing(setup)) != NULL) {
		genauth_say_error(_("%s: is needed with --non-interactive"),
		    option);
		return GENAUTH_SETUP_USAGE;
	}
	greet(setup);
	if ((status = genauth_setup_ask(setup)) != GENAUTH_SETUP_DONE)
		return status;
	if (!genauth_setup_save(setup))
		return GENAUTH_SETUP_FILE;
	return finish(setup);
}

static int
run(const struct genauth_arguments *arguments)
{
	const char *fault = fault_of(arguments);
	struct genauth_setup setup;
	int status;

	if (fault != NULL) {
		genauth_say_error("%s", fault);
		return genauth_usage_hint(arguments->command);
	}
	status = (int)take_steps(&setup, arguments);
	genauth_setup_close(&setup);
	return status;
}

const struct genauth_command genauth_cmd_setup = {
	.name = "setup",
	.summary = N_("from nothing to the first login"),
	.about = N_("Asks for what GenAuth's console says of the application, "
	    "checks each answer with\n"
	    "GenAuth, writes genauth.conf, looks at the host, signs one user "
	    "in, and offers to\n"
	    "try sshd.\n"),
	.status = N_("Exit status: 0 done, 1 not begun, 2 usage, 3 address, "
	    "4 id or secret, 5 method or\n"
	    "connection, 6 genauth.conf not written, 7 check has found an "
	    "error, 8 nobody was\n"
	    "signed in, 9 try not started.\n"),
	.options = {
		{ "app-host", 0, "URL", GENAUTH_KIND_TEXT,
		    N_("the authentication address"), GENAUTH_ROLE_PLAIN },
		{ "app-id", 0, "ID", GENAUTH_KIND_TEXT,
		    N_("the id of the application"), GENAUTH_ROLE_PLAIN },
		{ "secret-file", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("take its secret from this file"),
		    GENAUTH_ROLE_PLAIN },
		{ "secret-stdin", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("take its secret from a line of standard input"),
		    GENAUTH_ROLE_PLAIN },
		{ "token-endpoint-auth-method", 0, "WORD", GENAUTH_KIND_TEXT,
		    N_("how it proves itself"), GENAUTH_ROLE_PLAIN },
		{ "connection", 0, "WORD", GENAUTH_KIND_TEXT,
		    N_("PASSWORD, LDAP or AD"), GENAUTH_ROLE_PLAIN },
		{ "ca-file", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("authorities for GenAuth's certificate"),
		    GENAUTH_ROLE_PLAIN },
		{ "user", 0, "USER", GENAUTH_KIND_USER,
		    N_("whom to sign in"), GENAUTH_ROLE_PLAIN },
		{ "password-stdin", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("take the password, and codes, from lines of standard "
		    "input"), GENAUTH_ROLE_PLAIN },
		{ "try", 0, "SERVICE", GENAUTH_KIND_SERVICE,
		    N_("try the stack of this service at the end"),
		    GENAUTH_ROLE_PLAIN },
		{ "non-interactive", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("ask nobody"), GENAUTH_ROLE_LISTED },
		GENAUTH_COMMAND_CONF,
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_STATE_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.run = run,
};
