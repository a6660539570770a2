/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.h owns the waiting for the end of trials.
 */
#ifndef GENAUTH_WATCH_H
#define GENAUTH_WATCH_H

#include "trial/trial.h"

/* Ends each trial when it is overdue; returns when there is none any more. */
void genauth_watch(const char *state_dir);

/*
 * Starts a process of its own session that does so.  false: it cannot be
 * started.
 */
bool genauth_watch_start(const char *state_dir,
    struct genauth_failure *failure);

/*
 * Whether systemd ends the trials of this directory when the machine has
 * started again.
 */
bool genauth_watch_outlives_reboot(const char *state_dir);

#endif
