/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authenticate.h owns what PAM adds to a login (login/login.h): the stack's
 * password or a prompt, the log line, the environment, the PAM code.
 */
#ifndef GENAUTH_AUTHENTICATE_H
#define GENAUTH_AUTHENTICATE_H

#include "module/context.h"

/*
 * Logs the user of the context in and returns the PAM code, which is
 * PAM_SUCCESS only for the verdict OK.
 */
int genauth_authenticate(const struct genauth_context *context);

/*
 * Ends a login that could not begin, for the same log line and PAM code.
 */
int genauth_authenticate_refuse(const struct genauth_context *context,
    const struct genauth_failure *failure);

#endif
