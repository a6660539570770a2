/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/setup_ask.h"

#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "ctl/say.h"
#include "ctl/setup_answer.h"
#include "ctl/setup_probe.h"

/* ---- what is asked ----------------------------------------------------- */

static bool
ask_address(struct genauth_setup *setup, bool first)
{
	if (!genauth_setup_answer(setup, GENAUTH_SETUP_HOST, "app-host",
	    first, _("\nThe authentication address of the application, as "
	    "GenAuth's console shows it on the page of the application, such "
	    "as https://example.genauth.ai\n")))
		return false;
	/* Few hosts need one; who has named it may have to name another. */
	return (!genauth_arguments_have(setup->arguments, "ca-file") &&
	    !setup->is_distrusted) ||
	    genauth_setup_answer(setup, GENAUTH_SETUP_CA_FILE, "ca-file",
	    first, _("\nThe file with the authorities that vouch for "
	    "GenAuth's certificate, where they are not among the system's\n"));
}

static bool
ask_app(struct genauth_setup *setup, bool first)
{
	return genauth_setup_answer(setup, GENAUTH_SETUP_ID, "app-id", first,
	    _("\nThe id of the application, on the same page of the "
	    "console.\n")) &&
	    genauth_setup_answer_secret(setup, first,
	    _("\nThe secret of the application, on the same page; it is not "
	    "shown while it is typed.  If its token exchange authentication "
	    "method is none, it needs no secret: answer with a single -\n"));
}

static bool
ask_method(struct genauth_setup *setup, bool first)
{
	return genauth_setup_answer(setup, GENAUTH_SETUP_AUTH_METHOD,
	    "token-endpoint-auth-method", first, _("\nWhat the console calls "
	    "the token exchange authentication method of the application: "
	    "client_secret_post, client_secret_basic or none\n"));
}

static bool
ask_connection(struct genauth_setup *setup, bool first)
{
	return genauth_setup_answer(setup, GENAUTH_SETUP_CONNECTION,
	    "connection", first, _("\nWhose passwords count: PASSWORD, those "
	    "of GenAuth; LDAP or AD, those of the directory that the user "
	    "pool is linked with.  The first login will show whether it is "
	    "right.\n"));
}

/* ---- and whether it is right ------------------------------------------- */

static bool
is_address(struct genauth_setup *setup)
{
	return genauth_setup_probe(setup, GENAUTH_STEP_FILES,
	    GENAUTH_STEP_TLS);
}

/* Without a secret there is only the method to show that the id is right. */
static bool
is_app(struct genauth_setup *setup)
{
	return genauth_setup_probe(setup, GENAUTH_STEP_APP,
	    genauth_setup_answer_has_secret(setup) ? GENAUTH_STEP_APP :
	    GENAUTH_STEP_METHOD);
}

static bool
is_method(struct genauth_setup *setup)
{
	return genauth_setup_probe(setup, GENAUTH_STEP_METHOD,
	    GENAUTH_STEP_METHOD);
}

static const struct step {
	bool (*ask)(struct genauth_setup *setup, bool first);
	bool (*is_right)(struct genauth_setup *setup);	/* or NULL */
	enum genauth_setup_status failed;
	bool needs_secret;	/* without one there is no choice */
} steps[] = {
	{ ask_address, is_address, GENAUTH_SETUP_ADDRESS, false },
	{ ask_app, is_app, GENAUTH_SETUP_APP, false },
	{ ask_method, is_method, GENAUTH_SETUP_METHOD, true },
	{ ask_connection, NULL, GENAUTH_SETUP_METHOD, false },
};

static bool
take(const struct step *step, struct genauth_setup *setup)
{
	bool first = true;

	do {
		if (!step->ask(setup, first))
			return false;
		if (step->is_right == NULL || step->is_right(setup))
			return true;
		first = false;
	} while (setup->asks);
	return false;
}

enum genauth_setup_status
genauth_setup_ask(struct genauth_setup *setup)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if ((!steps[i].needs_secret ||
		    genauth_setup_answer_has_secret(setup)) &&
		    !take(&steps[i], setup))
			return steps[i].failed;
	return GENAUTH_SETUP_DONE;
}
