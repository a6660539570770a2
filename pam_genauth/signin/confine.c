/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/confine.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/text.h"
#include "signin/become.h"
#include "signin/filter.h"
#include "signin/landlock.h"

/*
 * After a call that should confine.  An old kernel or a container's rules
 * refuse it always, which is noted; what else refuses it may do so only now.
 * false: must not go on.
 */
static bool
settle(struct genauth_confinement *confinement, bool done, const char *what)
{
	size_t length = strlen(confinement->weaker);

	if (done || strstr(confinement->weaker, what) != NULL)
		return true;
	if (errno != ENOSYS && errno != EINVAL && errno != EPERM &&
	    errno != EACCES && errno != EOPNOTSUPP)
		return false;
	snprintf(confinement->weaker + length,
	    sizeof(confinement->weaker) - length, "%s%s (%s)",
	    length > 0 ? ", " : "", what, genauth_text_errno(errno));
	return true;
}

static bool
set_limit(int resource, rlim_t limit)
{
	struct rlimit both = { limit, limit };

	return setrlimit(resource, &both) == 0;
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

/* Nobody of the same user gets at the memory, and no core holds it. */
static bool
forbid_dumps(struct genauth_confinement *confinement)
{
	return settle(confinement, prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0,
	    "PR_SET_DUMPABLE");
}

bool
genauth_confine_start(struct genauth_confinement *confinement)
{
	set_own_limits();
	genauth_file_close_from(3);
	return chdir("/") == 0 && forbid_dumps(confinement) &&
	    settle(confinement, set_limit(RLIMIT_CORE, 0), "RLIMIT_CORE");
}

/*
 * Of a host that runs as somebody else than root, but with capabilities, and
 * of root.  Where they cannot be dropped there must be none.
 */
static bool
drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };
	int error;

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &header, sets) == 0)
		return true;
	error = errno;
	memset(sets, 0xff, sizeof(sets));
	if (syscall(SYS_capget, &header, sets) == 0 &&
	    (sets[0].permitted | sets[0].inheritable | sets[1].permitted |
	    sets[1].inheritable) == 0)
		return true;
	errno = error;
	return false;
}

/* Of what may be refused, all but the user: the first call that failed. */
static const char *
harden(bool filter, struct genauth_confinement *confinement)
{
	bool locked, filtered;

	filter = filter && genauth_filter_is_built;
	/* Changing the user may have made the process dumpable again. */
	if (!forbid_dumps(confinement))
		return "PR_SET_DUMPABLE";
	/* End-of-file wakes no process that somebody has stopped. */
	if (!confinement->outlives && !settle(confinement,
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0,
	    "PR_SET_PDEATHSIG"))
		return "PR_SET_PDEATHSIG";
	if (!settle(confinement, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0,
	    "PR_SET_NO_NEW_PRIVS"))
		return "PR_SET_NO_NEW_PRIVS";
	if (!settle(confinement, set_limit(RLIMIT_FSIZE, 0), "RLIMIT_FSIZE"))
		return "RLIMIT_FSIZE";
	locked = genauth_landlock();
	if (!settle(confinement, locked, "Landlock"))
		return "Landlock";
	filtered = filter && genauth_filter_install();
	if (filter && !settle(confinement, filtered, "seccomp"))
		return "seccomp (helper_seccomp = no does without)";
	return geteuid() == 0 && !locked && !filtered ?
	    "helper_user = root needs Landlock or seccomp" : NULL;
}

bool
genauth_confine(const char *user, bool filter,
    struct genauth_confinement *confinement, struct genauth_failure *failure)
{
	const char *call;

	if (geteuid() == 0 && !genauth_become(user, failure))
		return false;
	if (geteuid() != getuid())
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "started with two users at once");
	call = drop_capabilities() ? harden(filter, confinement) : "capset";
	return call == NULL || genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "confinement: %s: %s", call, genauth_text_errno(errno));
}
