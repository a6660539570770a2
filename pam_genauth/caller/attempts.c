/* SPDX-License-Identifier: BSD-2-Clause */
#include "caller/attempts.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/text.h"
#include "login/state.h"

#define EACH_MS (GENAUTH_ATTEMPTS_EACH_S * 1000LL)
#define MOST_MS (GENAUTH_ATTEMPTS_AT_ONCE * EACH_MS)

/* Others have the lock for an instant; who is stopped there holds nobody. */
#define LOCK_TRIES 100

static bool
lock(int fd)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&pause, NULL);
	}
	errno = EWOULDBLOCK;
	return false;
}

static long long
to_ms(const struct timespec *time)
{
	return time->tv_sec * 1000LL + time->tv_nsec / 1000000;
}

/*
 * The file's time is when all attempts are there again.  Each takes it further
 * away; a new file's is now.  *left: there is one.  false: unknown.
 */
static bool
take(int fd, bool *left)
{
	struct timespec now, both[2];
	struct stat status;
	long long ahead;

	if (!lock(fd) || fstat(fd, &status) != 0 ||
	    clock_gettime(CLOCK_REALTIME, &now) != 0)
		return false;
	ahead = to_ms(&status.st_mtim) - to_ms(&now);
	if (ahead < 0)
		ahead = 0;
	*left = ahead <= MOST_MS - EACH_MS;
	ahead += *left ? EACH_MS : 0;
	/* The clock was set back: no further than after the last of them. */
	if (ahead > MOST_MS)
		ahead = MOST_MS;
	ahead += to_ms(&now);
	both[0] = both[1] = (struct timespec){ .tv_sec = (time_t)(ahead / 1000),
	    .tv_nsec = (long)(ahead % 1000) * 1000000 };
	return futimens(fd, both) == 0;
}

bool
genauth_attempts_take(const char *name, struct genauth_failure *failure)
{
	char path[GENAUTH_STATE_PATH];
	bool left = false, known;
	int fd;

	if (!genauth_state_make_folder())
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: is not as it should be", genauth_paths.cache);
	snprintf(path, sizeof(path), "%s/%s", genauth_paths.cache, name);
	fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC, 0600);
	known = fd >= 0 && take(fd, &left);
	if (!known)
		genauth_failure_set(failure, GENAUTH_INTERNAL, "%s: %s", path,
		    genauth_text_errno(errno));
	if (fd >= 0)
		close(fd);
	return (known && left) || (known && genauth_failure_set(failure,
	    GENAUTH_THROTTLED, "%d attempts, and then one in %d s",
	    GENAUTH_ATTEMPTS_AT_ONCE, GENAUTH_ATTEMPTS_EACH_S));
}
