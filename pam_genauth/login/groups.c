/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/groups.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

/* Enough for most; whoever is in more costs a second look. */
#define FIRST_COUNT 64
#define COUNT_LIMIT 65536	/* NGROUPS_MAX of Linux */

/* No system has longer names of groups. */
#define NAME_LIMIT 256

/* A group of a directory may have very many members. */
#define FIRST_SIZE 4096
#define SIZE_LIMIT (16 * 1024 * 1024)

bool
genauth_groups_of(const struct passwd *entry, struct genauth_groups *groups,
    struct genauth_failure *failure)
{
	int room = FIRST_COUNT, count;

	*groups = (struct genauth_groups){ 0 };
	for (;;) {
		groups->gids = malloc((size_t)room * sizeof(gid_t));
		count = room;
		if (groups->gids != NULL && getgrouplist(entry->pw_name,
		    entry->pw_gid, groups->gids, &count) >= 0) {
			groups->count = count;
			return true;
		}
		/* It asks for more room, or has got no memory itself. */
		genauth_groups_free(groups);
		if (count <= room || count > COUNT_LIMIT)
			return genauth_failure_set(failure, GENAUTH_INTERNAL,
			    "the user's groups: %s", count > COUNT_LIMIT ?
			    "too many" : "out of memory");
		room = count;
	}
}

void
genauth_groups_free(struct genauth_groups *groups)
{
	free(groups->gids);
	*groups = (struct genauth_groups){ 0 };
}

static bool
is_member(const struct group *group, const struct passwd *entry,
    const struct genauth_groups *groups)
{
	if (entry == NULL)
		return false;
	for (int i = 0; i < groups->count; i++)
		if (groups->gids[i] == group->gr_gid)
			return true;
	for (char *const *name = group->gr_mem; name != NULL && *name != NULL;
	    name++)
		if (strcmp(*name, entry->pw_name) == 0)
			return true;
	return false;
}

/* What getgrnam_r returns for a name that there is not, as its manual says. */
static bool
means_unknown(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH ||
	    error == EBADF || error == EPERM;
}

enum genauth_groups_answer
genauth_groups_look(const char *name, size_t length,
    const struct passwd *entry, const struct genauth_groups *groups,
    struct genauth_failure *failure)
{
	enum genauth_groups_answer answer = GENAUTH_GROUPS_FAILED;
	struct group group, *found = NULL;
	char copy[NAME_LIMIT + 1];
	int error = ERANGE;

	if (length > NAME_LIMIT)
		return GENAUTH_GROUPS_UNKNOWN;
	memcpy(copy, name, length);
	copy[length] = '\0';
	for (size_t size = FIRST_SIZE; error == ERANGE && size <= SIZE_LIMIT;
	    size *= 4) {
		char *buffer = malloc(size);

		error = buffer == NULL ? ENOMEM : getgrnam_r(copy, &group,
		    buffer, size, &found);
		if (error == 0 && found != NULL)
			answer = is_member(&group, entry, groups) ?
			    GENAUTH_GROUPS_MEMBER : GENAUTH_GROUPS_OTHER;
		free(buffer);
	}
	if (answer != GENAUTH_GROUPS_FAILED)
		return answer;
	if (means_unknown(error))
		return GENAUTH_GROUPS_UNKNOWN;
	genauth_failure_set(failure, GENAUTH_INTERNAL, "the group %s: %s",
	    copy, genauth_text_errno(error));
	return GENAUTH_GROUPS_FAILED;
}
