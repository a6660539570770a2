/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/options_line.h"
#include "common/paths.h"

#include <stdio.h>
#include <string.h>

static const char conf[] = "conf=";

static bool
is_conf(const char *argument)
{
	return strncmp(argument, conf, strlen(conf)) == 0;
}

bool
genauth_options_line_is_heard(const char *argument)
{
	static const char prompt[] = "prompt=";

	return strchr(argument, '=') == NULL || is_conf(argument) ||
	    strncmp(argument, prompt, strlen(prompt)) == 0;
}

/* Takes an argument that is a flag; false: it is none. */
static bool
take_flag(struct genauth_options_line *line, const char *argument)
{
	if (strcmp(argument, "debug") == 0)
		line->debug = true;
	else if (strcmp(argument, "nodelay") == 0)
		line->nodelay = true;
	else if (strcmp(argument, "use_first_pass") == 0)
		line->use_first_pass = true;
	else if (strcmp(argument, "try_first_pass") == 0)
		line->try_first_pass = true;
	else if (strcmp(argument, "use_authtok") == 0)
		line->use_authtok = true;
	else if (strcmp(argument, "prepare") == 0)
		line->prepare = true;
	else
		return false;
	return true;
}

/* Takes an argument that is key=value. */
static bool
take_option(struct genauth_options *options, const char *argument, bool *seen,
    struct genauth_failure *failure)
{
	/* No more than a key is repeated: "app_secret:…" holds a secret. */
	size_t length = strspn(argument, "abcdefghijklmnopqrstuvwxyz_0123456789");
	enum genauth_option option;
	char key[64];

	snprintf(key, sizeof(key), "%.*s", (int)length, argument);
	option = genauth_options_find(key);
	if (option == GENAUTH_OPTION_COUNT || argument[length] != '=')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "unknown option '%s' (see pam_genauth(8))", key);
	if (seen[option])
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s stands there twice", key);
	seen[option] = true;
	return genauth_options_set(options, option, argument + length + 1,
	    GENAUTH_PLACE_PAM_LINE, failure);
}

const char *
genauth_options_line_conf(int argc, const char *const *argv)
{
	const char *path = genauth_paths.options_file;

	for (int i = 0; i < argc; i++)
		if (is_conf(argv[i]))
			path = argv[i] + strlen(conf);
	return path;
}

bool
genauth_options_line_has(int argc, const char *const *argv, const char *flag)
{
	bool found = false;

	for (int i = 0; i < argc; i++)
		found = found || strcmp(argv[i], flag) == 0;
	return found;
}

/* Flags that do not go together, or NULL. */
static const char *
contradiction(const struct genauth_options_line *line)
{
	if (line->use_first_pass && line->try_first_pass)
		return "use_first_pass and try_first_pass exclude each other";
	if (line->prepare && (line->use_first_pass || line->try_first_pass ||
	    line->use_authtok || line->nodelay))
		return "prepare asks nobody: remove use_first_pass, "
		    "try_first_pass, use_authtok and nodelay";
	return NULL;
}

static void
report_failure(const struct genauth_failure *failure, const char *where,
    genauth_options_report *report, void *data)
{
	char text[sizeof(failure->text) + 4096];

	snprintf(text, sizeof(text), "%s: %s", where, failure->text);
	report(data, text);
}

bool
genauth_options_line_read(struct genauth_options_line *line,
    struct genauth_options *options, int argc, const char *const *argv,
    const char *where, genauth_options_report *report, void *data)
{
	bool seen[GENAUTH_OPTION_COUNT] = { false }, good = true;
	struct genauth_failure failure;

	*line = (struct genauth_options_line){ 0 };
	for (int i = 0; i < argc; i++) {
		if (is_conf(argv[i]) || take_flag(line, argv[i]) ||
		    take_option(options, argv[i], seen, &failure))
			continue;
		report_failure(&failure, where, report, data);
		good = false;
	}
	if (contradiction(line) == NULL)
		return good;
	genauth_failure_set(&failure, GENAUTH_CONFIG, "%s",
	    contradiction(line));
	report_failure(&failure, where, report, data);
	return false;
}
