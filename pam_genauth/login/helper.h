/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * helper.h owns the life of one genauth-signin process: start, conversation
 * (common/message.h), end.  Leaves the host's signals, descriptors and children
 * as they were.
 */
#ifndef GENAUTH_HELPER_H
#define GENAUTH_HELPER_H

#include <sys/types.h>

#include "common/answer.h"
#include "common/failure.h"
#include "common/files.h"
#include "common/finding.h"
#include "common/options.h"
#include "common/prompt.h"
#include "common/question.h"
#include "common/remark.h"

/* Start from GENAUTH_HELPER_NONE. */
struct genauth_helper {
	int fd;		/* -1: there is none */
	ino_t socket;	/* that fd is, unless the host has closed it */
	pid_t keeper;	/* spawn.h */
	pid_t host;	/* whose child it is */
	bool decides;	/* it is genauth-caller, and asked with CALL */
	bool is_ready;	/* it waited at the socket, and has said so */
};
#define GENAUTH_HELPER_NONE ((struct genauth_helper){ .keeper = -1, .fd = -1 })

/*
 * Starts genauth-signin (spawn.h), or, with helper_socket, has one that waits
 * (connect.h), and sends it START.  Where none waits, or can serve these
 * options, one is started: nothing that is secret was sent by then.  false:
 * there is no process; failure is INTERNAL.  true: failure is empty, or says
 * why none at the socket was used.
 */
bool genauth_helper_start(struct genauth_helper *helper,
    const struct genauth_start *start, const struct genauth_options *options,
    const struct genauth_files *files, struct genauth_failure *failure);

/*
 * Connects to genauth-caller (connect.h), for a program without the options.
 * false: nobody is ready, and failure says why.
 */
bool genauth_helper_call(struct genauth_helper *helper,
    struct genauth_failure *failure);

/* Who hears what genauth-signin says before its answer. */
struct genauth_helper_listener {
	/*
	 * Asks the person; reply is freed by who calls.  false: failure says
	 * why there is none, and will be the answer's verdict and reason.  NULL: nobody can be
	 * asked.
	 */
	bool (*ask)(void *data, const struct genauth_ask *ask,
	    struct genauth_secret *reply, struct genauth_failure *failure);
	/* Of each request, not NUL-terminated; NULL: nothing was asked for. */
	void (*exchange)(void *data, const char *json, size_t length);
	void *data;
};

/*
 * Asks for one login and waits for the answer, at the most for the option
 * timeout, and for that again after each question to the person.  answer and
 * kept are emptied first; the answer's verdict and reason are always set, kept
 * only with an answer of GenAuth's.  The caller frees both.
 */
void genauth_helper_ask(const struct genauth_helper *helper,
    const struct genauth_records *question, long long timeout_ms,
    const struct genauth_helper_listener *listener,
    struct genauth_keep *kept, struct genauth_answer *answer);

/*
 * Has the password changed, by a helper that was started for that and has
 * answered its login with OK.  answer is emptied first; its verdict, reason and
 * holds are always set, and it has no tokens.  The caller frees it.  remark:
 * what GenAuth says to the person where it has refused; or "".  A helper that
 * gives no answer is dismissed, so that it changes nothing later.
 */
void genauth_helper_change(struct genauth_helper *helper,
    const struct genauth_records *question, long long timeout_ms,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer);

/*
 * Asks for a look at all that a login needs, and tells of each finding as it
 * comes, in the order of the steps.  Waits for each at the most for the time
 * limit of the inquiry.  answer is emptied first and always set: SKIP when all
 * steps were taken, else why not.  The caller frees it.
 */
void genauth_helper_check(const struct genauth_helper *helper,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener,
    struct genauth_answer *answer);

/*
 * Whether it is this process's, and its socket still what it was: a host may
 * close all that is open while it asks its user, and open something of its own;
 * or ask in a copy of itself.
 */
bool genauth_helper_is_ours(const struct genauth_helper *helper);

/* Whether there is a process that can be asked, and this one may ask it. */
bool genauth_helper_is_waiting(const struct genauth_helper *helper);

/*
 * Has the process end, whatever it is doing; that takes a while.  In a copy of
 * the host only the descriptor is closed.
 */
void genauth_helper_dismiss(struct genauth_helper *helper);

/*
 * The same, but it may still do what nobody waits for: revoke a token, for some
 * seconds.
 */
void genauth_helper_let_go(struct genauth_helper *helper);

/* Dismisses it, unless that is done or it was let go; waits, and forgets it. */
void genauth_helper_stop(struct genauth_helper *helper);

#endif
