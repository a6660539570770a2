/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauthctl: the administrator's tool.  It uses what pam_genauth.so and
 * genauth-signin use, so what it reports is what PAM gets.
 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include <err.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/arguments.h"
#include "ctl/request.h"
#include "ctl/say.h"
#include "ctl/usage.h"

static const struct genauth_command *const commands[] =
    GENAUTH_COMMANDS_TABLE;

/*
 * Leaves what is for the terminal: the rest could steer libcurl or OpenSSL,
 * or have them write keys to a file.
 */
static void
scrub_environment(void)
{
	static const char *const kept[] = { "LANG=", "LANGUAGE=", "LC_",
	    "NO_COLOR=", "TERM=" };
	char **to = environ;

	for (char **from = environ; *from != NULL; from++)
		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (strncmp(*from, kept[i], strlen(kept[i])) == 0) {
				*to++ = *from;
				break;
			}
	*to = NULL;
}

/* No core dump, which could hold a password or the application's secret. */
static bool
forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	return prctl(PR_SET_DUMPABLE, 0) == 0 &&
	    setrlimit(RLIMIT_CORE, &none) == 0;
}

static int
run(const struct genauth_command *command, int argc, char **argv)
{
	struct genauth_arguments arguments;
	int status = genauth_arguments_read(&arguments, commands, command,
	    argc, argv);

	return status >= 0 ? status : command->run(&arguments);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	/* A number has a point, whatever the language. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain(PACKAGE, genauth_paths.locale);
	textdomain(PACKAGE);
	scrub_environment();
	if (!forbid_dumps())
		err(1, "PR_SET_DUMPABLE");

	if (argc < 2) {
		genauth_usage_list(stderr, commands);
		return GENAUTH_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		genauth_usage_list(stdout, commands);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("genauthctl %s\n", PACKAGE_VERSION);
		return 0;
	}
	/* Whatever is called next ends a trial whose watcher was killed. */
	if (geteuid() == 0)
		genauth_request_end_overdue(genauth_paths.trials);
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return run(commands[i], argc - 1, argv + 1);
	genauth_say_error(_("%s: no such command"), argv[1]);
	genauth_usage_list(stderr, commands);
	return GENAUTH_EXIT_USAGE;
}
