/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempts.h owns how often callers who are not root may have GenAuth asked.
 * What is remembered is the time of a file in the folder of the cache, which
 * outlives the processes; a reboot forgets it.
 */
#ifndef GENAUTH_ATTEMPTS_H
#define GENAUTH_ATTEMPTS_H

#include <stdbool.h>

#include "common/failure.h"

/* So many at once, and then one for each of these. */
#define GENAUTH_ATTEMPTS_AT_ONCE 5
#define GENAUTH_ATTEMPTS_EACH_S 60

/*
 * Takes one attempt of the file of that name.  Whatever comes of the attempt,
 * it counts.  false: there is none left (THROTTLED), or nobody can tell
 * (INTERNAL).
 */
bool genauth_attempts_take(const char *name, struct genauth_failure *failure);

#endif
