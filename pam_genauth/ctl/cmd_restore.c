/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/request.h"
#include "ctl/say.h"
#include "trial/watch.h"

static void
complain(void)
{
	genauth_say_error(_("%s is for all services: none is to be named"),
	    "restore");
}

static int
run(const struct genauth_arguments *arguments)
{
	struct genauth_request request;
	int status = genauth_request_take(&request, arguments);

	if (status >= 0)
		return status;
	if (genauth_arguments_have(arguments, "wait")) {
		genauth_watch(request.state_dir);
		return 0;
	}
	return genauth_request_end_overdue(request.state_dir) ? 0 : 1;
}

const struct genauth_command genauth_cmd_restore = {
	.name = "restore",
	.summary = N_("put back what has been tried long enough"),
	.about = GENAUTH_REQUEST_ABOUT,
	.status = GENAUTH_REQUEST_STATUS,
	.options = {
		{ "wait", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("until no trial is left"), GENAUTH_ROLE_LISTED },
		GENAUTH_COMMAND_STATE_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.complain = complain,
	.run = run,
};
