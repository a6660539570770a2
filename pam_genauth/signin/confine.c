/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/confine.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

static bool
set_limit(int resource, rlim_t limit)
{
	struct rlimit both = { limit, limit };

	return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

bool
genauth_confine_start(void)
{
	return close_range(3, UINT_MAX, 0) == 0 &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	    set_limit(RLIMIT_CORE, 0);
}

static bool
become(const char *user, struct genauth_failure *failure)
{
	struct passwd *entry;
	uid_t real, effective, saved;

	errno = 0;
	if ((entry = getpwnam(user)) == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "helper_user: %s: %s", user,
		    errno != 0 ? strerror(errno) : "no such user");
	if (entry->pw_uid == 0 || entry->pw_gid == 0)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "helper_user: %s has the rights of root", user);
	if (setgroups(0, NULL) != 0 ||
	    setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
	    setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "becoming %s: %s", user, strerror(errno));
	/* Trust no return value with this: ask, and try the way back. */
	if (getresuid(&real, &effective, &saved) != 0 ||
	    real != entry->pw_uid || effective != real || saved != real ||
	    setuid(0) == 0 || seteuid(0) == 0)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "becoming %s: still has other rights", user);
	return true;
}

bool
genauth_confine(const char *user, struct genauth_failure *failure)
{
	if (geteuid() == 0 && !become(user, failure))
		return false;
	if (geteuid() != getuid())
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "started with two users at once");
	/* Changing the user may have made the process dumpable again. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    !set_limit(RLIMIT_FSIZE, 0))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "confinement: %s", strerror(errno));
	return true;
}
