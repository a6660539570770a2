/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.h owns what "try", "keep", "undo" and "restore" have in common: their
 * arguments, and the look at what there is before they do anything.
 */
#ifndef GENAUTH_REQUEST_H
#define GENAUTH_REQUEST_H

#include <stdbool.h>

#include "ctl/arguments.h"
#include "trial/trial.h"

/* What their usages say; their commands are explained together. */
#define GENAUTH_REQUEST_ABOUT \
	N_("try puts the example stack of a PAM service in place.  It goes " \
	"away by itself\n" \
	"unless keep is said; with systemd also after a reboot.  undo puts " \
	"back the\n" \
	"stack of before at any time; restore does so for trials that are " \
	"overdue.\n")
#define GENAUTH_REQUEST_STATUS \
	N_("Exit status: 0 done, 1 not done, 2 usage.\n")

struct genauth_request {
	const char *service;	/* "" where there is none */
	const char *pam_dir, *state_dir;
};

/* Says that there must be one. */
void genauth_request_need_service(void);

/* false: a wrong argument; that has been said. */
bool genauth_request_fill(struct genauth_request *request,
    const struct genauth_arguments *arguments);

/*
 * The same, for what only root can do.  -1: go on.  Else the exit status; what
 * there is to say has been said.
 */
int genauth_request_take(struct genauth_request *request,
    const struct genauth_arguments *arguments);

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
