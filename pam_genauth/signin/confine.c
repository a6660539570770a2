/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/confine.h"

#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "signin/filter.h"

static bool
set_limit(int resource, rlim_t limit)
{
	struct rlimit both = { limit, limit };

	return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

/*
 * Limits that the host inherited from whoever called it: su and sudo pass on
 * those of a person, who could have every login fail as "cannot be reached".
 * Without the right to raise them they stay.
 */
static void
set_own_limits(void)
{
	static const struct {
		int resource;
		rlim_t limit;
	} limits[] = {
		{ RLIMIT_AS, RLIM_INFINITY },
		{ RLIMIT_CPU, 120 },
		{ RLIMIT_DATA, RLIM_INFINITY },
		{ RLIMIT_NOFILE, 64 },
		/* Counts all processes of helper_user, not only ours. */
		{ RLIMIT_NPROC, RLIM_INFINITY },
		{ RLIMIT_STACK, 8 * 1024 * 1024 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		set_limit(limits[i].resource, limits[i].limit);
}

bool
genauth_confine_start(void)
{
	set_own_limits();
	/* Unlike close_range, also where the kernel has none or may not say. */
	closefrom(3);
	return chdir("/") == 0 &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	    set_limit(RLIMIT_CORE, 0);
}

static bool
cannot_become(struct genauth_failure *failure, const char *user,
    const char *call)
{
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "becoming %s: %s: %s", user, call, strerror(errno));
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
	if (setgroups(0, NULL) != 0)
		return cannot_become(failure, user, "setgroups");
	if (setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0)
		return cannot_become(failure, user, "setresgid");
	if (setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0)
		return cannot_become(failure, user, "setresuid");
	/* Trust no return value with this: ask, and try the way back. */
	if (getresuid(&real, &effective, &saved) != 0 ||
	    real != entry->pw_uid || effective != real || saved != real ||
	    setuid(0) == 0 || seteuid(0) == 0)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "becoming %s: still has other rights", user);
	return true;
}

/* Of a newer kernel than the headers may be. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/*
 * Landlock: everything that changes a file system or executes a file is
 * handled and nothing of it is allowed.  Reading is left to the file's modes:
 * name resolution reads what the administrator's nsswitch.conf says.  true
 * also where the kernel has no Landlock.
 */
static bool
lock_files(struct genauth_failure *failure)
{
	struct landlock_ruleset_attr rules = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
		    LANDLOCK_ACCESS_FS_WRITE_FILE |
		    LANDLOCK_ACCESS_FS_REMOVE_DIR |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_CHAR |
		    LANDLOCK_ACCESS_FS_MAKE_DIR |
		    LANDLOCK_ACCESS_FS_MAKE_REG |
		    LANDLOCK_ACCESS_FS_MAKE_SOCK |
		    LANDLOCK_ACCESS_FS_MAKE_FIFO |
		    LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		    LANDLOCK_ACCESS_FS_MAKE_SYM,
	};
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	long fd;
	bool done;

	if (version < 1)
		return true;
	if (version >= 3)
		rules.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
	fd = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	done = fd >= 0 && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	if (!done)
		genauth_failure_set(failure, GENAUTH_INTERNAL, "Landlock: %s",
		    strerror(errno));
	if (fd >= 0)
		close((int)fd);
	return done;
}

/* Of a host that runs as somebody else than root, but with capabilities. */
static bool
drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &header, none) == 0;
}

static bool
cannot_confine(struct genauth_failure *failure, const char *call)
{
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "confinement: %s: %s", call, strerror(errno));
}

bool
genauth_confine(const char *user, bool filter, struct genauth_failure *failure)
{
	if (geteuid() == 0 && !become(user, failure))
		return false;
	if (geteuid() != getuid())
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "started with two users at once");
	/* Changing the user may have made the process dumpable again. */
	if (!drop_capabilities())
		return cannot_confine(failure, "capset");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return cannot_confine(failure, "PR_SET_DUMPABLE");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return cannot_confine(failure, "PR_SET_NO_NEW_PRIVS");
	if (!set_limit(RLIMIT_FSIZE, 0))
		return cannot_confine(failure, "RLIMIT_FSIZE");
	return lock_files(failure) &&
	    (!filter || genauth_filter_install(failure));
}
