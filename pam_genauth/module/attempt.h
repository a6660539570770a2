/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempt.h owns what PAM adds to a sign-in at GenAuth (login/login.h), be it
 * a login or a change of the password: the caller's turn, questions behind the
 * password, log line, delay and message.
 */
#ifndef GENAUTH_ATTEMPT_H
#define GENAUTH_ATTEMPT_H

#include "module/context.h"

struct genauth_helper;

/* Where the password comes from; data is handed back. */
struct genauth_attempt {
	const struct genauth_context *context;
	bool types;		/* somebody is going to type it */
	/* As struct genauth_person's. */
	const char *(*password)(void *data, struct genauth_failure *failure);
	void (*decided)(void *data, struct genauth_answer *answer);
	void *data;
	/* As struct genauth_login's. */
	struct genauth_helper *changes;
};

/* answer is emptied first; the caller frees it. */
void genauth_attempt_sign_in(const struct genauth_attempt *attempt,
    struct genauth_answer *answer);

/* The log line, the delay of a refusal, and the verdict's message. */
void genauth_attempt_conclude(const struct genauth_context *context,
    const struct genauth_answer *answer);

/*
 * The same of the second half of a change: with what GenAuth says, and which
 * password holds, unless that is UNASKED.
 */
void genauth_attempt_conclude_change(const struct genauth_context *context,
    const struct genauth_answer *answer, const char *remark);

#endif
