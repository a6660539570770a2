/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * password.h owns a change of the GenAuth password (passwd(1)).  libpam asks
 * twice: PAM_PRELIM_CHECK signs in with the current password, and the
 * genauth-signin that has done so waits in the PAM handle for
 * PAM_UPDATE_AUTHTOK, which brings the new one.
 */
#ifndef GENAUTH_PASSWORD_H
#define GENAUTH_PASSWORD_H

#include "module/context.h"

/*
 * Does what the flags of the context say and returns the PAM code, which is
 * PAM_SUCCESS only if GenAuth has accepted the current password or, with
 * PAM_UPDATE_AUTHTOK, has changed it.  PAM_USER_UNKNOWN: not served.
 */
int genauth_password_change(const struct genauth_context *context);

/* Ends a change that could not begin.  root's own password is not GenAuth's. */
int genauth_password_refuse(const struct genauth_context *context,
    const struct genauth_failure *failure);

#endif
