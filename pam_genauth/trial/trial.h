/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trial.h owns the trial of a stack: what is on disk, step by step.  The
 * process may be killed between any two steps, or within one:
 *
 *     save       SERVICE.place names the folder, SERVICE.old is the old stack
 *     note       SERVICE.trial says until when; from here on it is running
 *     install    the stack is the new one
 *
 *     restore    the stack is the old one, then SERVICE.trial goes
 *     keep       SERVICE.tried of an earlier trial gets a number,
 *                SERVICE.trial goes, then SERVICE.old becomes SERVICE.kept,
 *                or, if there is one, SERVICE.kept.1 and so on: "undo" goes
 *                back to the first
 *     settle     what is left of a keep that was killed behind its second
 *                step is done; then there is no SERVICE.old without a trial
 *
 * With a reboot a trial is overdue, whatever the clock says: whoever is locked
 * out may pull the plug.
 */
#ifndef GENAUTH_TRIAL_H
#define GENAUTH_TRIAL_H

#include <stdbool.h>
#include <time.h>

#include "common/failure.h"

/* Room for the folder of a stack. */
#define GENAUTH_TRIAL_PLACE 1024

/* Behind the service: the file that says until when. */
#define GENAUTH_TRIAL_ENDING ".trial"

struct genauth_trial {
	char pam_dir[GENAUTH_TRIAL_PLACE];	/* absolute */
	const char *state_dir, *service;
	bool has_tried;		/* restore has made SERVICE.tried */
};

/* Takes the lock of the state directory, which it makes; -1: failure. */
int genauth_trial_lock(const char *state_dir, struct genauth_failure *failure);

/* Which folder the state is of; "": it does not say. */
void genauth_trial_read_place(const struct genauth_trial *trial,
    char place[GENAUTH_TRIAL_PLACE]);

/* Whether the state, if there is some, is that of the stack in pam_dir. */
bool genauth_trial_check_place(const struct genauth_trial *trial,
    struct genauth_failure *failure);

bool genauth_trial_save(struct genauth_trial *trial,
    struct genauth_failure *failure);

/* The trial ends after so many milliseconds. */
bool genauth_trial_note(const struct genauth_trial *trial, long long ms,
    struct genauth_failure *failure);

/* Puts the example, an absolute path, in place, as the old file's owner. */
bool genauth_trial_install(const struct genauth_trial *trial,
    const char *example, struct genauth_failure *failure);

/*
 * Puts the old stack back, from a trial or from before a kept one; what was
 * in its place stays as SERVICE.tried in the state directory, and what that
 * was before as SERVICE.tried.1 and so on.
 */
bool genauth_trial_restore(struct genauth_trial *trial,
    struct genauth_failure *failure);

bool genauth_trial_keep(const struct genauth_trial *trial,
    struct genauth_failure *failure);

/*
 * For when no trial runs: does what a command that was killed has left to do.
 * *kept: that was a keep, which is complete now.
 */
bool genauth_trial_settle(const struct genauth_trial *trial, bool *kept,
    struct genauth_failure *failure);

/* Whether a trial runs, and the milliseconds left (0: overdue). */
bool genauth_trial_find(const struct genauth_trial *trial, long long *left);

/* Whether the last trial has ended with the old stack. */
bool genauth_trial_has_ended(const struct genauth_trial *trial);

/* Whether there is an old stack to go back to without a trial; of when. */
bool genauth_trial_was_kept(const struct genauth_trial *trial, time_t *since);

#endif
