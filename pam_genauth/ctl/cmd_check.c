/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/check.h"

#include <getopt.h>
#include <stdio.h>

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/commands.h"
#include "ctl/say.h"
#include "ctl/service.h"

static void
usage(void)
{
	printf(_("usage: genauthctl check [OPTION ...]\n"
	    "\n"
	    "Looks at options, files, helper, network, GenAuth and PAM "
	    "stacks.\n"
	    "\n"
	    "  --service NAME      as this PAM service sees it\n"
	    "  --offline           leave out what needs the network\n"
	    "  --json              an array of {check, result, detail, cure}\n"
	    "  --conf FILE         options file\n"
	    "  --pam-dir DIR       where the stacks are (/etc/pam.d)\n"
	    "  --sshd-config FILE  (/etc/ssh/sshd_config)\n"
	    "\n"
	    "Exit status: 0 no error (warnings aside), 1 an error, "
	    "2 usage.\n"));
}

/* -1: go on. */
static int
take_arguments(struct genauth_check *check, int argc, char **argv, bool *json)
{
	static const struct option options[] = {
		{ "conf", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "offline", no_argument, NULL, 'o' },
		{ "pam-dir", required_argument, NULL, 'p' },
		{ "service", required_argument, NULL, 's' },
		{ "sshd-config", required_argument, NULL, 'S' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (option) {
		case 'c': check->conf = optarg; break;
		case 'j': *json = true; break;
		case 'o': check->offline = true; break;
		case 'p': check->pam_dir = optarg; break;
		case 's': check->service = optarg; break;
		case 'S': check->sshd_config = optarg; break;
		case 'h': usage(); return 0;
		default: return genauth_commands_hint("check");
		}
	if (optind < argc) {
		genauth_say_error(_("%s: not expected"), argv[optind]);
		return genauth_commands_hint("check");
	}
	return check->service == NULL || genauth_service_check(check->service) ?
	    -1 : GENAUTH_EXIT_USAGE;
}

int
genauth_check(int argc, char **argv)
{
	struct genauth_check check = { .pam_dir = genauth_paths.pam_d };
	bool json = false;
	int status = take_arguments(&check, argc, argv, &json);

	if (status >= 0)
		return status;
	if (!genauth_report_open(&check.report, json)) {
		genauth_say_error(_("out of memory"));
		return 1;
	}
	genauth_check_options(&check);
	genauth_check_host(&check);
	genauth_check_network(&check);
	genauth_check_stacks(&check);
	genauth_options_free(&check.options);
	return genauth_report_close(&check.report) ? 0 : 1;
}
