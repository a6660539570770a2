/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "ctl/arguments.h"
#include "ctl/ask.h"
#include "ctl/key_file.h"
#include "ctl/say.h"
#include "ctl/settings.h"

/* What genauth-signin has found. */
struct fetch {
	char key[GENAUTH_PUBLIC_KEY_LIMIT + 1];	/* or "" */
	char fault[600];	/* why there is none */
	bool is_genauth;	/* it answers, with keys */
	bool is_key_wrong;	/* that one alone */
};

/* ---- the key ----------------------------------------------------------- */

/* What does not keep the key away is for "check" to say. */
static void
take(void *data, const struct genauth_finding *finding)
{
	static const char *const rows[GENAUTH_STEP_COUNT] = {
		[GENAUTH_STEP_DNS] = "dns",
		[GENAUTH_STEP_TCP] = "tcp",
		[GENAUTH_STEP_TLS] = "tls",
		[GENAUTH_STEP_KEY] = "key",
	};
	struct fetch *fetch = data;

	if (rows[finding->step] == NULL)
		return;
	if (finding->step == GENAUTH_STEP_TLS)
		fetch->is_genauth = finding->has_keys;
	memcpy(fetch->key, finding->key, sizeof(fetch->key));
	if (finding->checked == GENAUTH_CHECKED_RIGHT)
		return;
	snprintf(fetch->fault, sizeof(fetch->fault), "%s: %s",
	    rows[finding->step], finding->text);
	fetch->is_key_wrong = finding->step == GENAUTH_STEP_KEY &&
	    fetch->is_genauth;
}

static bool
ask(const struct genauth_options *options, struct fetch *fetch)
{
	const struct genauth_inquiry inquiry = {
	    .timeout_ms = options->timeout_ms };
	const struct genauth_finding_listener listener = { take, fetch };
	struct genauth_files files;
	struct genauth_failure failure;
	struct genauth_answer answer;
	bool done;

	if (!genauth_files_open(&files, options, &failure)) {
		snprintf(fetch->fault, sizeof(fetch->fault), "%s",
		    failure.text);
		return false;
	}
	genauth_ask_signin(options, &files, &inquiry, &listener, &answer);
	genauth_files_close(&files);
	/* Not if the helper has come to no end. */
	done = answer.verdict == GENAUTH_SKIP && fetch->key[0] != '\0' &&
	    genauth_key_file_is_key(fetch->key);
	if (!done && fetch->fault[0] == '\0')
		snprintf(fetch->fault, sizeof(fetch->fault), "%s",
		    answer.verdict == GENAUTH_SKIP ?
		    "genauth-signin gave a malformed answer" : answer.reason);
	genauth_answer_free(&answer);
	return done;
}

/* false: there is none, and that has been said. */
static bool
fetch_key(const struct genauth_options *options, struct fetch *fetch)
{
	struct genauth_options without = *options;

	if (options->password_encrypt_type == GENAUTH_ENCRYPT_NONE) {
		genauth_say_error(_("password_encrypt_type is none: passwords "
		    "are not encrypted inside TLS, and no key is needed"));
		return false;
	}
	/* It may be there not yet, or be the reason for this call. */
	without.password_public_key_file = NULL;
	*fetch = (struct fetch){ .key = "" };
	if (ask(&without, fetch))
		return true;
	genauth_say_error("%s", fetch->fault);
	genauth_say_error("%s", fetch->is_key_wrong ?
	    _("see password_encrypt_type in genauth.conf(5)") :
	    _("\"genauthctl check\" says what to do about it"));
	return false;
}

/* ---- what becomes of it ------------------------------------------------ */

static bool
print(const char *key)
{
	bool ends = key[strlen(key) - 1] == '\n';

	if (printf("%s%s", key, ends ? "" : "\n") >= 0 && fflush(stdout) == 0)
		return true;
	genauth_say_error(_("the key cannot be written to standard output"));
	return false;
}

static void
say_saved(const char *path, enum genauth_key_file held, const char *named)
{
	if (held == GENAUTH_KEY_FILE_SAME)
		genauth_say(0, _("%s: the same key as before\n"), path);
	else if (held == GENAUTH_KEY_FILE_OTHER)
		genauth_say(0, _("%s: another key than before\n"), path);
	else
		genauth_say(0, _("%s: the key is in it\n"), path);
	if (named != NULL && strcmp(named, path) == 0)
		genauth_say(0, _("Logins use it: password_public_key_file "
		    "names it.\n"));
	else
		printf(_("To have logins use it, write into genauth.conf:\n"
		    "  password_public_key_file = %s\n"), path);
}

static bool
save(const char *path, const char *key, const char *named)
{
	enum genauth_key_file held;
	struct genauth_failure failure;

	if (!genauth_key_file_compare(path, key, &held, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	if (held == GENAUTH_KEY_FILE_FOREIGN) {
		genauth_say_error(_("%s: holds something else than a public "
		    "key; name another file, or remove it"), path);
		return false;
	}
	if (!genauth_key_file_save(path, key, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	say_saved(path, held, named);
	return true;
}

/* ---- the command ------------------------------------------------------- */

static bool
run_with(const struct genauth_options *options, const char *path)
{
	struct genauth_failure failure;
	struct fetch fetch;

	if (path != NULL && !genauth_key_file_check_place(path, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	return fetch_key(options, &fetch) && (path == NULL ?
	    print(fetch.key) :
	    save(path, fetch.key, options->password_public_key_file));
}

static int
run(const struct genauth_arguments *arguments)
{
	const char *path = genauth_arguments_value(arguments, "save");
	struct genauth_options options = { 0 };
	bool done;

	if (path != NULL && path[0] != '/') {
		genauth_say_error(_("--save: must be an absolute path"));
		return GENAUTH_EXIT_USAGE;
	}
	done = genauth_settings_open(&options,
	    genauth_arguments_value(arguments, "conf"),
	    genauth_arguments_value(arguments, "pam-dir"),
	    genauth_arguments_value(arguments, "service")) &&
	    run_with(&options, path);
	genauth_options_free(&options);
	return done ? 0 : 1;
}

const struct genauth_command genauth_cmd_key = {
	.name = "key",
	.summary = N_("the public key that passwords are encrypted with"),
	.about = N_("Prints the public key that GenAuth publishes for "
	    "password_encrypt_type, or\n"
	    "saves it for the option password_public_key_file.\n"),
	.status = N_("Exit status: 0 done, 1 not done, 2 usage.\n"),
	.options = {
		{ "save", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("write it to this file, whole or not at all"),
		    GENAUTH_ROLE_LISTED },
		{ "service", 0, "NAME", GENAUTH_KIND_SERVICE,
		    N_("as this PAM service sees it"), GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_CONF,
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.run = run,
};
