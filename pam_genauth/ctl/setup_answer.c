/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/setup_answer.h"

#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "ctl/say.h"
#include "ctl/terminal.h"

/* ---- what is there already --------------------------------------------- */

/* What holds if nothing is answered: of this dialogue, or of before; or "". */
static const char *
preset(const struct genauth_setup *setup, enum genauth_setup_key key)
{
	const struct genauth_options *before = &setup->before;
	const char *text = NULL;

	if (setup->values[key].is_new)
		return setup->values[key].text;
	if (key == GENAUTH_SETUP_CA_FILE)
		text = before->ca_file;
	else if (key == GENAUTH_SETUP_HOST)
		text = before->app_host;
	else if (key == GENAUTH_SETUP_ID)
		text = before->app_id;
	else if (key == GENAUTH_SETUP_AUTH_METHOD)
		text = before->token_endpoint_auth_method ==
		    GENAUTH_token_endpoint_auth_method_UNSET ?
		    "client_secret_post" : genauth_options_word(before,
		    GENAUTH_OPTION_token_endpoint_auth_method);
	else if (key == GENAUTH_SETUP_CONNECTION)
		text = genauth_options_word(before, GENAUTH_OPTION_connection);
	return text != NULL ? text : "";
}

static bool
had_secret(const struct genauth_setup *setup)
{
	return setup->before.app_secret != NULL ||
	    setup->before.app_secret_file != NULL;
}

bool
genauth_setup_answer_has_secret(const struct genauth_setup *setup)
{
	const struct genauth_setup_value *secret =
	    &setup->values[GENAUTH_SETUP_SECRET];

	return secret->is_new ? secret->text[0] != '\0' : had_secret(setup);
}

/* ---- what comes in ----------------------------------------------------- */

/* false: it has not the form; that has been said. */
static bool
set(struct genauth_setup *setup, enum genauth_setup_key key, const char *text)
{
	struct genauth_setup_value *value = &setup->values[key];
	struct genauth_failure failure;

	if (!genauth_options_set(NULL, genauth_setup_option(key), text,
	    GENAUTH_PLACE_FILE, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	value->is_new = true;
	snprintf(value->text, sizeof(value->text), "%s", text);
	return true;
}

/* Not to be set. */
static void
unset(struct genauth_setup *setup, enum genauth_setup_key key)
{
	setup->values[key] = (struct genauth_setup_value){ .is_new = true };
}

/* Asks once. */
static bool
ask(const struct genauth_setup *setup, enum genauth_setup_key key,
    char line[GENAUTH_SETUP_VALUE])
{
	const char *name = genauth_setup_name(key), *text = preset(setup, key);
	char prompt[2 * GENAUTH_SETUP_VALUE];

	snprintf(prompt, sizeof(prompt), *text != '\0' ? "%s [%s]: " :
	    "%s: ", name, text);
	if (!genauth_terminal_line(prompt, true, line, GENAUTH_SETUP_VALUE))
		return false;
	if (line[0] == '\0')
		snprintf(line, GENAUTH_SETUP_VALUE, "%s", text);
	return true;
}

bool
genauth_setup_answer(struct genauth_setup *setup, enum genauth_setup_key key,
    const char *option, bool first, const char *hint)
{
	const char *given = genauth_arguments_value(setup->arguments, option);
	char line[GENAUTH_SETUP_VALUE];

	if (first && given != NULL && set(setup, key, given))
		return true;
	if (!setup->asks && given != NULL)
		return false;
	if (!setup->asks)
		return preset(setup, key)[0] == '\0' ||
		    set(setup, key, preset(setup, key));
	genauth_say(0, "%s", hint);
	do {
		if (!ask(setup, key, line))
			return false;
		if (line[0] == '\0' && key == GENAUTH_SETUP_CA_FILE)
			return true;	/* nothing has to name one */
	} while (!set(setup, key, line));
	return true;
}

/* ---- the secret -------------------------------------------------------- */

/* What is read, "-", or "" for that of before: false: there is none. */
static bool
use_secret(struct genauth_setup *setup, const char *text)
{
	setup->values[GENAUTH_SETUP_AUTH_METHOD].is_new = false;
	if (*text == '\0' && had_secret(setup)) {
		setup->values[GENAUTH_SETUP_SECRET].is_new = false;
		setup->values[GENAUTH_SETUP_SECRET_FILE].is_new = false;
		return true;
	}
	if (*text == '\0') {
		genauth_say_error(_("there must be a secret, or a single -"));
		return false;
	}
	unset(setup, GENAUTH_SETUP_SECRET_FILE);
	if (strcmp(text, "-") != 0)
		return set(setup, GENAUTH_SETUP_SECRET, text);
	unset(setup, GENAUTH_SETUP_SECRET);
	return set(setup, GENAUTH_SETUP_AUTH_METHOD, "none");
}

/* As app_secret_file is read. */
static bool
read_file(struct genauth_setup *setup, const char *path)
{
	struct genauth_options options;
	struct genauth_failure failure = { .verdict = GENAUTH_CONFIG };
	bool done = genauth_options_init(&options) &&
	    genauth_options_set(&options, GENAUTH_OPTION_app_host,
	    "https://localhost", GENAUTH_PLACE_FILE, &failure) &&
	    genauth_options_set(&options, GENAUTH_OPTION_app_id, "none",
	    GENAUTH_PLACE_FILE, &failure) &&
	    genauth_options_set(&options, GENAUTH_OPTION_app_secret_file,
	    path, GENAUTH_PLACE_FILE, &failure) &&
	    genauth_options_finish(&options, &failure);

	if (!done)
		genauth_say_error("--secret-file: %s", failure.text);
	done = done && use_secret(setup, options.app_secret);
	genauth_options_free(&options);
	return done;
}

static bool
fail(const char *text)
{
	genauth_say_error("%s", text);
	return false;
}

/* Nobody can be asked. */
static bool
read_secret(struct genauth_setup *setup, char line[GENAUTH_SETUP_VALUE])
{
	const char *method = genauth_arguments_value(setup->arguments,
	    "token-endpoint-auth-method");

	if (genauth_arguments_have(setup->arguments, "secret-stdin"))
		return (genauth_terminal_stdin(line, GENAUTH_SETUP_VALUE) &&
		    line[0] != '\0') ? use_secret(setup, line) :
		    fail(_("there is no secret on standard input"));
	if (had_secret(setup))
		return use_secret(setup, "");
	if (method != NULL && strcmp(method, "none") != 0)
		return fail(_("--token-endpoint-auth-method: this one needs a "
		    "secret"));
	return use_secret(setup, "-");
}

static bool
ask_secret(struct genauth_setup *setup, char line[GENAUTH_SETUP_VALUE])
{
	do
		if (!genauth_terminal_line(had_secret(setup) ?
		    _("app_secret [as it is]: ") : "app_secret: ", false, line,
		    GENAUTH_SETUP_VALUE))
			return false;
	while (!use_secret(setup, line));
	return true;
}

bool
genauth_setup_answer_secret(struct genauth_setup *setup, bool first,
    const char *hint)
{
	const char *path = genauth_arguments_value(setup->arguments,
	    "secret-file");
	char line[GENAUTH_SETUP_VALUE] = "";
	bool done;

	if (first && path != NULL && read_file(setup, path))
		return true;
	if (!setup->asks && path != NULL)
		return false;
	if (setup->asks)
		genauth_say(0, "%s", hint);
	done = setup->asks ? ask_secret(setup, line) :
	    read_secret(setup, line);
	explicit_bzero(line, sizeof(line));
	return done;
}
