/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * groups.h owns what NSS says of groups: in which ones a user is.
 */
#ifndef GENAUTH_GROUPS_H
#define GENAUTH_GROUPS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"

struct passwd;

/* Of one user.  Start from { 0 }; the holder calls genauth_groups_free. */
struct genauth_groups {
	gid_t *gids;
	int count;
};

/*
 * All groups of the user, the one of the passwd entry among them.  false:
 * INTERNAL; out of memory.  That NSS could not be asked cannot be seen here:
 * then groups are missing.
 */
bool genauth_groups_of(const struct passwd *entry,
    struct genauth_groups *groups, struct genauth_failure *failure);

void genauth_groups_free(struct genauth_groups *groups);

enum genauth_groups_answer {
	GENAUTH_GROUPS_MEMBER,
	GENAUTH_GROUPS_OTHER,	/* not a member */
	GENAUTH_GROUPS_UNKNOWN,	/* the host has no such group */
	GENAUTH_GROUPS_FAILED,	/* NSS does not say; failure is INTERNAL */
};

/*
 * Whether the user is in the group of that name, by its gid; also where the
 * group names the user, and the list does not.  entry NULL, and then groups
 * too: OTHER if there is such a group.
 */
enum genauth_groups_answer genauth_groups_look(const char *name,
    size_t length, const struct passwd *entry, const struct genauth_groups *groups,
    struct genauth_failure *failure);

#endif
