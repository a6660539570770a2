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

/*
 * Has the password changed by the helper that the login has left, which the
 * caller ends.  OK only if GenAuth has changed it.  answer is emptied first;
 * its verdict, reason, holds and total_ms are always set.  The caller frees it.
 * remark: what GenAuth says to the person where it has refused; or "".
 */
void genauth_change_password(const struct genauth_helper *helper,
    const struct genauth_options *options, const char *password,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer);

#endif
