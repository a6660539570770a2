/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/request.h"
#include "ctl/say.h"

/* What was undone: a trial, or what was kept since then (0: a trial). */
static void
tell_undone(const struct genauth_request *request,
    const struct genauth_trial *trial, time_t since)
{
	char date[64] = "";

	if (since == 0)
		genauth_say(2, _("%s/%s: the old stack is back\n"),
		    trial->pam_dir, request->service);
	else if (strftime(date, sizeof(date), "%F %R", localtime(&since)) > 0)
		genauth_say(2, _("%s/%s: the stack of %s is back, from before "
		    "the first trial that was kept\n"), trial->pam_dir,
		    request->service, date);
	if (trial->has_tried)
		genauth_say(2, _("What was there is in %s/%s.tried\n"),
		    request->state_dir, request->service);
}

static int
run(const struct genauth_arguments *arguments)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct genauth_request request;
	time_t since = 0;
	bool running, kept;
	int lock, status = genauth_request_take(&request, arguments);

	if (status >= 0)
		return status;
	if (!genauth_request_settle(&request, &trial, &lock, &running,
	    &kept))
		return 1;
	if (!running && !genauth_trial_was_kept(&trial, &since)) {
		genauth_say_error(_("%s/%s: there is nothing to undo: it is "
		    "neither being tried nor kept"), trial.pam_dir,
		    request.service);
		return 1;
	}
	if (!genauth_trial_restore(&trial, &failure)) {
		genauth_say_error("%s", failure.text);
		return 1;
	}
	close(lock);
	tell_undone(&request, &trial, since);
	return 0;
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
