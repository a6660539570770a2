/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/become.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "common/helper_user.h"
#include "common/text.h"

/* In a user namespace that maps only root there is nobody else. */
static bool
cannot_become(struct genauth_failure *failure, const char *user,
    const char *call)
{
	bool unmapped = errno == EPERM || errno == EINVAL;

	return genauth_failure_set(failure, unmapped ? GENAUTH_CONFIG :
	    GENAUTH_INTERNAL, "becoming %s: %s: %s%s", user, call,
	    genauth_text_errno(errno), unmapped ? " (if this user namespace "
	    "maps no other user: map one, or set helper_user = root)" : "");
}

/* Trust no return value with this: ask, and try the way back. */
static bool
is_for_good(uid_t uid)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && real == uid &&
	    effective == uid && saved == uid &&
	    (uid == 0 || (setuid(0) != 0 && seteuid(0) != 0));
}

bool
genauth_become(const char *user, struct genauth_failure *failure)
{
	const struct passwd *entry = genauth_helper_user(user);
	bool stays = user != NULL && strcmp(user, "root") == 0;

	if (user == NULL)
		user = entry != NULL ? entry->pw_name : "nobody";
	if (entry == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "helper_user: %s: %s", user,
		    errno != 0 ? genauth_text_errno(errno) : "no such user");
	if ((entry->pw_uid == 0 || entry->pw_gid == 0) && !stays)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "helper_user: %s has the rights of root", user);
	/* Root's groups give it nothing that it has not anyway. */
	if (setgroups(0, NULL) != 0 && !(stays && errno == EPERM))
		return cannot_become(failure, user, "setgroups");
	if (setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0)
		return cannot_become(failure, user, "setresgid");
	if (setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0)
		return cannot_become(failure, user, "setresuid");
	return is_for_good(entry->pw_uid) || genauth_failure_set(failure,
	    GENAUTH_INTERNAL, "becoming %s: still has other rights", user);
}
