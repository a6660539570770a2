/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/request.h"
#include "ctl/undo.h"

static int
run(const struct genauth_arguments *arguments)
{
	struct genauth_request request;
	int status = genauth_request_take(&request, arguments);

	if (status >= 0)
		return status;
	return genauth_undo(&request) ? 0 : 1;
}

const struct genauth_command genauth_cmd_undo = {
	.name = "undo",
	.operand = "SERVICE",
	.kind = GENAUTH_KIND_SERVICE,
	.summary = N_("put the old stack back"),
	.about = GENAUTH_REQUEST_ABOUT,
	.status = GENAUTH_REQUEST_STATUS,
	.options = {
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_STATE_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.complain = genauth_request_need_service,
	.run = run,
};
