/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/request.h"
#include "ctl/say.h"

/* Why there is nothing to keep. */
static void
explain_nothing(const struct genauth_request *request,
    const struct genauth_trial *trial)
{
	char command[GENAUTH_REQUEST_COMMAND];
	time_t since;

	genauth_request_command(request, "try", command);
	if (genauth_trial_has_ended(trial)) {
		genauth_say_error(_("%s/%s is not being tried any more: the "
		    "trial has ended, and the old stack is back; to try "
		    "again: %s"), trial->pam_dir, request->service, command);
	} else if (genauth_trial_was_kept(trial, &since)) {
		genauth_request_command(request, "undo", command);
		genauth_say_error(_("%s/%s is kept already; to go back all "
		    "the same: %s"), trial->pam_dir, request->service,
		    command);
	} else {
		genauth_say_error(_("%s/%s is not being tried; begin with: "
		    "%s"), trial->pam_dir, request->service, command);
	}
}

static int
run(const struct genauth_arguments *arguments)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct genauth_request request;
	char command[GENAUTH_REQUEST_COMMAND];
	bool running, kept;
	int lock, status = genauth_request_take(&request, arguments);

	if (status >= 0)
		return status;
	if (!genauth_request_settle(&request, &trial, &lock, &running,
	    &kept))
		return 1;
	if (!running && !kept) {
		explain_nothing(&request, &trial);
		return 1;
	}
	if (running && !genauth_trial_keep(&trial, &failure)) {
		genauth_say_error("%s", failure.text);
		return 1;
	}
	close(lock);
	genauth_request_command(&request, "undo", command);
	genauth_say(2, _("%s/%s: kept; to go back all the same: %s\n"),
	    trial.pam_dir, request.service, command);
	return 0;
}

const struct genauth_command genauth_cmd_keep = {
	.name = "keep",
	.operand = "SERVICE",
	.kind = GENAUTH_KIND_SERVICE,
	.summary = N_("keep what is being tried"),
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
