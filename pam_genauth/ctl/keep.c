/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "ctl/intl.h"
#include "ctl/request.h"
#include "ctl/say.h"
#include "ctl/watch.h"

/*
 * Begins, and does what a "keep" that was killed has left to do; *kept: there
 * was such a thing.  false: what is wrong has been said.
 */
static bool
begin(const struct genauth_request *request, struct genauth_trial *trial,
    int *lock, bool *running, bool *kept)
{
	struct genauth_failure failure;

	*kept = false;
	if (!genauth_request_begin(request, false, trial, lock, running))
		return false;
	if (*lock < 0 || *running || genauth_trial_settle(trial, kept,
	    &failure))
		return true;
	genauth_say_error("%s", failure.text);
	return false;
}

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

int
genauth_keep(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct genauth_request request;
	char command[GENAUTH_REQUEST_COMMAND];
	bool running, kept;
	int lock, status = genauth_request_take(&request, argc, argv,
	    GENAUTH_REQUEST_KEEP);

	if (status >= 0)
		return status;
	if (!begin(&request, &trial, &lock, &running, &kept))
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

int
genauth_undo(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct genauth_request request;
	time_t since = 0;
	bool running, kept;
	int lock, status = genauth_request_take(&request, argc, argv,
	    GENAUTH_REQUEST_KEEP);

	if (status >= 0)
		return status;
	if (!begin(&request, &trial, &lock, &running, &kept))
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

int
genauth_restore(int argc, char **argv)
{
	struct genauth_request request;
	int status = genauth_request_take(&request, argc, argv,
	    GENAUTH_REQUEST_RESTORE);

	if (status >= 0)
		return status;
	if (request.wait) {
		genauth_watch(request.state_dir);
		return 0;
	}
	return genauth_request_end_overdue(request.state_dir) ? 0 : 1;
}
