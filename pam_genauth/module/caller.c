/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/caller.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"

bool
genauth_caller_is_user(void)
{
	return getuid() != geteuid();
}

/* A file of the caller's whose time says when something was last done. */
struct stamp {
	int fd;		/* locked; -1: it cannot be had */
	bool is_new;	/* never before */
};

static int
open_file(const char *path, int flags)
{
	return genauth_file_above_stdio(open(path, O_WRONLY | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC | flags, 0600));
}

static struct stamp
open_stamp(const char *what, int lock)
{
	struct stamp stamp = { .fd = -1 };
	char path[512];
	int code;

	snprintf(path, sizeof(path), "%s/%s-%u", genauth_paths.cache, what,
	    (unsigned)getuid());
	mkdir(genauth_paths.cache, 0755);
	if ((stamp.fd = open_file(path, 0)) < 0) {
		stamp.fd = open_file(path, O_CREAT);
		stamp.is_new = true;
	}
	if (stamp.fd < 0)
		return stamp;
	/* Signals, which the caller may send, do not shorten the wait. */
	do
		code = flock(stamp.fd, lock);
	while (code != 0 && errno == EINTR);
	if (code != 0) {
		close(stamp.fd);
		stamp.fd = -1;
	}
	return stamp;
}

/* How much of the delay since the time of the stamp is left. */
static long long
left_ms(const struct stamp *stamp)
{
	struct timespec now;
	struct stat status;
	long long age;

	if (stamp->is_new || fstat(stamp->fd, &status) != 0 ||
	    clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	age = (now.tv_sec - status.st_mtim.tv_sec) * 1000LL +
	    (now.tv_nsec - status.st_mtim.tv_nsec) / 1000000;
	/* Less than none: the clock was set back. */
	return age < 0 ? GENAUTH_CALLER_DELAY_MS :
	    age < GENAUTH_CALLER_DELAY_MS ? GENAUTH_CALLER_DELAY_MS - age : 0;
}

static void
sleep_ms(long long ms)
{
	struct timespec end;

	if (clock_gettime(CLOCK_MONOTONIC, &end) != 0)
		return;
	end.tv_sec += (time_t)(ms / 1000);
	end.tv_nsec += (long)(ms % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) ==
	    EINTR)
		;
}

void
genauth_caller_wait(void)
{
	struct stamp stamp = open_stamp("attempt", LOCK_EX);

	if (stamp.fd < 0)
		return;
	sleep_ms(left_ms(&stamp));
	futimens(stamp.fd, NULL);
	close(stamp.fd);
}

void
genauth_caller_succeeded(void)
{
	static const struct timespec long_ago[2] = { { 0, 0 }, { 0, 0 } };
	struct stamp stamp = open_stamp("attempt", LOCK_EX);

	if (stamp.fd < 0)
		return;
	futimens(stamp.fd, long_ago);
	close(stamp.fd);
}

bool
genauth_caller_may_prepare(void)
{
	struct stamp stamp = open_stamp("prepare", LOCK_EX | LOCK_NB);
	bool may;

	if (stamp.fd < 0)
		return false;
	may = left_ms(&stamp) == 0;
	if (may)
		futimens(stamp.fd, NULL);
	close(stamp.fd);
	return may;
}
