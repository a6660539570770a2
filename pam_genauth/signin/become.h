/* SPDX-License-Identifier: BSD-2-Clause */
/* become.h owns the change of genauth-signin's user. */
#ifndef GENAUTH_BECOME_H
#define GENAUTH_BECOME_H

#include <stdbool.h>

#include "common/failure.h"

/*
 * From root, becomes the user (NULL: common/helper_user.h), without groups and
 * without a way back.  "root" alone stays root, for where there is nobody else
 * to become; another name of root's is refused.  false: must not go on.
 */
bool genauth_become(const char *user, struct genauth_failure *failure);

#endif
