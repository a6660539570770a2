/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.h owns what "try", "keep", "undo" and "restore" have in common: their
 * arguments, and the look at what there is before they do anything.
 */
#ifndef GENAUTH_REQUEST_H
#define GENAUTH_REQUEST_H

#include <stdbool.h>

#include "trial/trial.h"

struct genauth_request {
	const char *service, *example, *pam_dir, *state_dir;
	double minutes;
	bool replace, wait;
};

/* What each command takes, by the letters of request.c. */
#define GENAUTH_REQUEST_TRY "emprs"
#define GENAUTH_REQUEST_KEEP "ps"
#define GENAUTH_REQUEST_RESTORE "sw"

/* -1: go on.  Else the exit status; what there is to say has been said. */
int genauth_request_take(struct genauth_request *request, int argc,
    char **argv, const char *allowed);

/* Room for a command. */
#define GENAUTH_REQUEST_COMMAND 4096

/* How to call another command for the same service and folders. */
void genauth_request_command(const struct genauth_request *request,
    const char *name, char command[GENAUTH_REQUEST_COMMAND]);

/* Ends what is overdue there, and says so; false: some cannot be ended. */
bool genauth_request_end_overdue(const char *state_dir);

/*
 * Ends what is overdue, takes the lock and looks whether a trial of the service
 * runs.  Without "make" the state directory is not made; *lock is -1 then if
 * there is none.  false: what is wrong has been said.
 */
bool genauth_request_begin(const struct genauth_request *request, bool make,
    struct genauth_trial *trial, int *lock, bool *running);

/*
 * The same for "keep" and "undo", without making anything; and does what a
 * "keep" that was killed has left to do: *kept, if there was such a thing.
 */
bool genauth_request_settle(const struct genauth_request *request,
    struct genauth_trial *trial, int *lock, bool *running, bool *kept);

#endif
