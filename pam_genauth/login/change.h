/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * change.h owns the second half of a change of the password, from the new one
 * to GenAuth's answer; the first is a login (login.h, changes).
 */
#ifndef GENAUTH_CHANGE_H
#define GENAUTH_CHANGE_H

#include "common/answer.h"
#include "common/options.h"
#include "common/remark.h"
#include "login/helper.h"

/* Why nothing is sent: for the log, and for the person. */
struct genauth_change_fault {
	const char *reason, *message;
};

/* Whether the password can be sent, and there still is a helper to do it. */
bool genauth_change_may_send(const struct genauth_helper *helper,
    const char *password, struct genauth_change_fault *fault);

/*
 * Has the password, which may be sent, changed by the helper that the login has
 * left, and which the caller ends.  OK only if GenAuth has changed it.  answer
 * is emptied first; its verdict, reason, holds and total_ms are always set.
 * The caller frees it.  remark: what GenAuth says to the person where it has
 * refused; or "".
 */
void genauth_change_password(struct genauth_helper *helper,
    const struct genauth_options *options, const char *password,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer);

#endif
