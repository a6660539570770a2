/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.h owns what genauth-signin takes from itself before it speaks to
 * the network.
 */
#ifndef GENAUTH_CONFINE_H
#define GENAUTH_CONFINE_H

#include <stdbool.h>

#include "common/failure.h"

/*
 * At the very start, before options are known: closes every descriptor but
 * 0, 1 and 2 (the host's files are none of our business), goes to /, takes
 * limits of its own in place of the caller's, makes the process not dumpable,
 * forbids core dumps.  false: must not go on.
 */
bool genauth_confine_start(void);

/*
 * Becomes user, without groups and without a way back, and gives up new
 * privileges, the writing and executing of files (limits, and Landlock where
 * the kernel has it) and, with filter, most system calls (signin/filter.h).
 * A process that was not started as root keeps its user.  false: must not go
 * on; failure says why.
 */
bool genauth_confine(const char *user, bool filter,
    struct genauth_failure *failure);

#endif
