/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.h owns what genauth-signin takes from itself before it speaks to
 * the network.
 */
#ifndef GENAUTH_CONFINE_H
#define GENAUTH_CONFINE_H

#include <stdbool.h>

#include "common/answer.h"
#include "common/failure.h"

/* What was refused of it; start from { 0 }. */
struct genauth_confinement {
	/* "Landlock (No such call), …", for the log; "": it is whole. */
	char weaker[GENAUTH_WEAKER_SIZE];
	/*
	 * Its options come from another process than its parent: they name no
	 * path that it opens, and not root.
	 */
	bool is_spare;
	/* It need not end with its parent, who may leave it to itself. */
	bool outlives;
};

/*
 * At the very start, before options are known: closes every descriptor but
 * 0, 1 and 2 (the host's files are none of our business), goes to /, takes
 * limits of its own in place of the caller's, makes the process not dumpable,
 * forbids core dumps.  false: must not go on.
 */
bool genauth_confine_start(struct genauth_confinement *confinement);

/*
 * Becomes user, without groups and without a way back (signin/become.h), gives
 * up capabilities, new privileges, the writing and executing of files (a limit,
 * signin/landlock.h) and, with filter, most system calls (signin/filter.h), and
 * ends with whoever has started it, unless it outlives.  A process that was not started as root
 * keeps its user.
 *
 * What this kernel, or a container, does not have or does not allow is noted,
 * and the rest has to do; but the user and capabilities, and one of Landlock
 * and filter for who stays root, must be as they should, and no call may fail
 * for another reason.  false: must not go on; failure says why.
 */
bool genauth_confine(const char *user, bool filter,
    struct genauth_confinement *confinement, struct genauth_failure *failure);

#endif
