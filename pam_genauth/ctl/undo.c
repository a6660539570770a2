/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/undo.h"

#include <time.h>
#include <unistd.h>

#include "common/intl.h"
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

/* With the lock of the state directory. */
static bool
put_back(const struct genauth_request *request, struct genauth_trial *trial,
    bool running)
{
	struct genauth_failure failure;
	time_t since = 0;

	if (!running && !genauth_trial_was_kept(trial, &since)) {
		genauth_say_error(_("%s/%s: there is nothing to undo: it is "
		    "neither being tried nor kept"), trial->pam_dir,
		    request->service);
		return false;
	}
	if (!genauth_trial_restore(trial, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	tell_undone(request, trial, since);
	return true;
}

bool
genauth_undo(const struct genauth_request *request)
{
	struct genauth_trial trial;
	bool running, kept, done;
	int lock;

	done = genauth_request_settle(request, &trial, &lock, &running,
	    &kept) && put_back(request, &trial, running);
	if (lock >= 0)
		close(lock);
	return done;
}
