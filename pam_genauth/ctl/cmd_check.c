/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/check.h"

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/arguments.h"
#include "ctl/say.h"

static int
run(const struct genauth_arguments *arguments)
{
	const char *pam_dir = genauth_arguments_value(arguments, "pam-dir");
	struct genauth_check check = {
		.conf = genauth_arguments_value(arguments, "conf"),
		.service = genauth_arguments_value(arguments, "service"),
		.sshd_config = genauth_arguments_value(arguments,
		    "sshd-config"),
		.pam_dir = pam_dir != NULL ? pam_dir : genauth_paths.pam_d,
		.offline = genauth_arguments_have(arguments, "offline"),
	};
	bool json = genauth_arguments_have(arguments, "json");

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

const struct genauth_command genauth_cmd_check = {
	.name = "check",
	.summary = N_("see whether all is set up right"),
	.about = N_("Looks at options, files, helper, network, GenAuth and "
	    "PAM stacks.\n"),
	.status = N_("Exit status: 0 no error (warnings aside), 1 an error, "
	    "2 usage.\n"),
	.options = {
		{ "service", 0, "NAME", GENAUTH_KIND_SERVICE,
		    N_("as this PAM service sees it"), GENAUTH_ROLE_LISTED },
		{ "offline", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("leave out what needs the network"),
		    GENAUTH_ROLE_PLAIN },
		{ "json", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("an array of {check, result, detail, cure}"),
		    GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_CONF,
		GENAUTH_COMMAND_PAM_DIR,
		{ "sshd-config", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("sshd's options (/etc/ssh/sshd_config)"),
		    GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.run = run,
};
