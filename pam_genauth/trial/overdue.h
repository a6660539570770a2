/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * overdue.h owns the end of the trials whose time is up.
 */
#ifndef GENAUTH_OVERDUE_H
#define GENAUTH_OVERDUE_H

#include "trial/trial.h"

/*
 * Called for each trial that was ended, without the lock; failure is NULL when
 * it went well.  Without a service it is about the state directory.
 */
typedef void genauth_overdue_report(const struct genauth_trial *trial,
    const struct genauth_failure *failure);

/*
 * Ends all trials that are overdue; *left is how many there still are.
 * false: one that is overdue could not be ended.
 */
bool genauth_overdue_end(const char *state_dir,
    genauth_overdue_report *report, unsigned *left);

#endif
