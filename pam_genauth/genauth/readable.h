/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readable.h owns the question whether the files of the system that a login
 * needs can be read by the user that the process runs as.
 */
#ifndef GENAUTH_READABLE_H
#define GENAUTH_READABLE_H

#include "common/finding.h"
#include "common/options.h"

/*
 * Tells of each file that is there and closed to us: WRONG for the files of
 * name resolution, UNKNOWN for authorities, of which one may be enough.
 */
void genauth_readable_check(const struct genauth_options *options,
    const struct genauth_finding_listener *listener);

/*
 * Whether the check above can have told of that path: who has taken
 * genauth-signin over would tell of others, and have root open them to all.
 */
bool genauth_readable_may_tell_of(const struct genauth_options *options,
    const char *path);

#endif
