/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h owns a login of a program that may not read the options, such as a
 * screen locker: who decides is genauth-caller, at the socket.
 */
#ifndef GENAUTH_CALL_H
#define GENAUTH_CALL_H

#include <stdbool.h>

#include "login/login.h"

/* Whether somebody is to be found there; nothing is asked. */
bool genauth_call_is_possible(void);

/*
 * As genauth_login, but only user and service of the login are handed on; the
 * options are those of the line in pam.d alone.
 */
void genauth_call_login(const struct genauth_login *login,
    const struct genauth_person *person, struct genauth_answer *answer);

#endif
