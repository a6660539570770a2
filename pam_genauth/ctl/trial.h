/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trial.h owns the trial of a stack: what is on disk, step by step.  The
 * process may be killed between any two steps, or within one:
 *
 *     save       SERVICE.old is the old stack
 *     note       SERVICE.trial says until when; from here on it is running
 *     install    the stack is the new one
 *
 *     restore    the stack is the old one, then SERVICE.trial goes
 *     keep       SERVICE.trial goes, then SERVICE.old becomes SERVICE.kept,
 *                unless there is one: "undo" goes back to the first
 *
 * A reboot ends a trial, whatever the clock says: whoever is locked out may
 * pull the plug.
 */
#ifndef GENAUTH_TRIAL_H
#define GENAUTH_TRIAL_H

#include <stdbool.h>

#include "common/failure.h"

struct genauth_trial {
	char pam_dir[1024];	/* absolute */
	const char *state_dir, *service;
};

/* Takes the lock of the state directory, which it makes; -1: failure. */
int genauth_trial_lock(const char *state_dir, struct genauth_failure *failure);

bool genauth_trial_save(const struct genauth_trial *trial,
    struct genauth_failure *failure);

/* The trial ends after so many milliseconds. */
bool genauth_trial_note(const struct genauth_trial *trial, long long ms,
    struct genauth_failure *failure);

/* Puts the example, an absolute path, in place, as the old file's owner. */
bool genauth_trial_install(const struct genauth_trial *trial,
    const char *example, struct genauth_failure *failure);

/*
 * Puts the old stack back, from a trial or from before a kept one; what was
 * in its place stays as SERVICE.tried in the state directory.
 */
bool genauth_trial_restore(const struct genauth_trial *trial,
    struct genauth_failure *failure);

bool genauth_trial_keep(const struct genauth_trial *trial,
    struct genauth_failure *failure);

/* Whether a trial runs; its pam_dir and the milliseconds left (0: overdue). */
bool genauth_trial_find(struct genauth_trial *trial, long long *left);

/* Whether there is an old stack to go back to without a trial. */
bool genauth_trial_was_kept(const struct genauth_trial *trial);

/* Called for each trial that was ended; failure is NULL when it went well. */
typedef void genauth_trial_report(const struct genauth_trial *trial,
    const struct genauth_failure *failure);

/*
 * Ends all trials that are overdue; *left is how many there still are.
 * false: one that is overdue could not be ended.
 */
bool genauth_trial_end_overdue(const char *state_dir,
    genauth_trial_report *report, unsigned *left);

#endif
