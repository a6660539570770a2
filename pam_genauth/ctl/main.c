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
#include "ctl/commands.h"
#include "ctl/request.h"
#include "ctl/say.h"

static const struct {
	const char *name, *arguments, *what;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "check", "[--service NAME]",
	    N_("see whether all is set up right"), genauth_check },
	{ "login", "USER", N_("log in as PAM would, and say what came of it"),
	    genauth_commands_login },
	{ "explain", "CODE | --list | --replay FILE",
	    N_("a code or a verdict in plain words"), genauth_explain },
	{ "try", "SERVICE", N_("use the example stack for some minutes"),
	    genauth_try },
	{ "keep", "SERVICE", N_("keep what is being tried"), genauth_keep },
	{ "undo", "SERVICE", N_("put the old stack back"), genauth_undo },
	{ "restore", "", N_("put back what has been tried long enough"),
	    genauth_restore },
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))

static void
usage(FILE *out)
{
	fprintf(out, _("usage: genauthctl COMMAND [ARGUMENT ...]\n\n"));
	for (size_t i = 0; i < COUNT; i++)
		fprintf(out, "  %-8s %-18s %s\n", commands[i].name,
		    commands[i].arguments, _(commands[i].what));
	fprintf(out, _("\n\"genauthctl COMMAND --help\" says more; the "
	    "manual is genauthctl(8).\n"));
}

int
genauth_commands_hint(const char *command)
{
	fprintf(stderr, _("See \"genauthctl %s --help\".\n"), command);
	return GENAUTH_EXIT_USAGE;
}

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
		usage(stderr);
		return GENAUTH_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("genauthctl %s\n", PACKAGE_VERSION);
		return 0;
	}
	/* Whatever is called next ends a trial whose watcher was killed. */
	if (geteuid() == 0)
		genauth_request_end_overdue(genauth_paths.trials);
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	genauth_say_error(_("%s: no such command"), argv[1]);
	usage(stderr);
	return GENAUTH_EXIT_USAGE;
}
