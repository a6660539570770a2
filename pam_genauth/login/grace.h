/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grace.h owns for whom the second factor that this host demands need not be
 * asked again (option second_factor_grace): the same user of this host, over
 * the same service, from the same address, with the same account at the same
 * application.  One file for each of the first three, root's alone.
 */
#ifndef GENAUTH_GRACE_H
#define GENAUTH_GRACE_H

#include "common/answer.h"
#include "login/login.h"

/*
 * The sub of the person whose one-time password was right here not long ago;
 * "" where there is none, or none may be remembered: without an address of
 * another host (a name, a local login, this host itself, or one of a link), or
 * in a program that its caller could have brought
 * into any state.
 */
void genauth_grace_find(const struct genauth_login *login,
    char sub[GENAUTH_SUB_SIZE]);

/*
 * Remembers a one-time password that was right; forgets after a denial.
 * replied: the person was asked for it.  What genauth-signin says alone is not
 * remembered for other logins.
 */
void genauth_grace_update(const struct genauth_login *login, bool replied,
    const struct genauth_answer *answer);

#endif
