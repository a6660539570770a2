/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/caller.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"
#include "login/state.h"

/* Who has so many waiting has started them for that. */
#define WAIT_LIMIT_MS 30000

/* How long the lock may take, of which others have no more than an instant. */
#define LOCK_LIMIT_MS 1000

bool
genauth_caller_is_user(void)
{
	return getuid() != geteuid();
}

/* A file of the caller's whose time says when something may be done again. */
struct stamp {
	int fd;		/* locked; -1: it cannot be had */
	bool is_new;	/* never before */
};

static void
add_ms(struct timespec *time, long long ms)
{
	time->tv_sec += (time_t)(ms / 1000);
	time->tv_nsec += (long)(ms % 1000) * 1000000;
	if (time->tv_nsec >= 1000000000) {
		time->tv_sec++;
		time->tv_nsec -= 1000000000;
	}
}

/* To the end, whatever signals come: the caller may send them. */
static void
sleep_ms(long long ms)
{
	struct timespec end;

	if (ms <= 0 || clock_gettime(CLOCK_MONOTONIC, &end) != 0)
		return;
	add_ms(&end, ms);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) ==
	    EINTR)
		;
}

/* A process that was stopped may hold it: it is not waited for without end. */
static bool
lock(int fd)
{
	for (int left = LOCK_LIMIT_MS; left > 0; left -= 10) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		sleep_ms(10);
	}
	return false;
}

static int
open_file(const char *path, int flags)
{
	return genauth_file_above_stdio(open(path, O_WRONLY | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC | flags, 0600));
}

static struct stamp
open_stamp(const char *what)
{
	struct stamp stamp = { .fd = -1 };
	char path[512];

	if (!genauth_state_make_folder())
		return stamp;
	snprintf(path, sizeof(path), "%s/%s-%u", genauth_paths.cache, what,
	    (unsigned)getuid());
	stamp.fd = open_file(path, O_CREAT | O_EXCL);
	stamp.is_new = stamp.fd >= 0;
	/* Whatever the umask of the caller is. */
	if (stamp.is_new)
		fchmod(stamp.fd, 0600);
	else
		stamp.fd = open_file(path, 0);
	return stamp;
}

static void
close_stamp(const struct stamp *stamp)
{
	/* Also where a copy of the host has it open. */
	flock(stamp->fd, LOCK_UN);
	close(stamp->fd);
}

/* The time, and how long after it the next one may be; false: unknown. */
static bool
read_stamp(const struct stamp *stamp, struct timespec *now, long long *left_ms)
{
	struct stat status;

	if (clock_gettime(CLOCK_REALTIME, now) != 0 ||
	    fstat(stamp->fd, &status) != 0)
		return false;
	*left_ms = (status.st_mtim.tv_sec - now->tv_sec) * 1000LL +
	    (status.st_mtim.tv_nsec - now->tv_nsec) / 1000000 +
	    GENAUTH_CALLER_DELAY_MS;
	if (stamp->is_new || *left_ms < 0)
		*left_ms = 0;
	return true;
}

static void
set_stamp(const struct stamp *stamp, const struct timespec *time)
{
	const struct timespec both[2] = { *time, *time };

	futimens(stamp->fd, both);
}

/* Takes the next turn, which may be in the future. */
static bool
take_turn(const struct stamp *stamp, struct timespec *turn, long long *left_ms)
{
	if (!lock(stamp->fd))
		return false;
	if (!read_stamp(stamp, turn, left_ms))
		return true;
	/* Further than anybody may wait: the clock was set back. */
	if (*left_ms > WAIT_LIMIT_MS + GENAUTH_CALLER_DELAY_MS)
		*left_ms = GENAUTH_CALLER_DELAY_MS;
	if (*left_ms > WAIT_LIMIT_MS)
		return false;
	add_ms(turn, *left_ms);
	set_stamp(stamp, turn);
	return true;
}

bool
genauth_caller_wait(struct timespec *turn)
{
	struct stamp stamp = open_stamp("attempt");
	long long left_ms = 0;
	bool taken;

	*turn = (struct timespec){ 0 };
	if (stamp.fd < 0)
		return true;
	taken = take_turn(&stamp, turn, &left_ms);
	close_stamp(&stamp);
	if (taken)
		sleep_ms(left_ms);
	return taken;
}

void
genauth_caller_succeeded(const struct timespec *turn)
{
	static const struct timespec long_ago = { 0 };
	struct stamp stamp = open_stamp("attempt");
	struct stat status;

	if (stamp.fd < 0)
		return;
	if (lock(stamp.fd) && fstat(stamp.fd, &status) == 0 &&
	    status.st_mtim.tv_sec == turn->tv_sec &&
	    status.st_mtim.tv_nsec == turn->tv_nsec)
		set_stamp(&stamp, &long_ago);
	close_stamp(&stamp);
}

bool
genauth_caller_may_prepare(void)
{
	struct stamp stamp = open_stamp("prepare");
	struct timespec now;
	long long left_ms;
	bool may = false;

	if (stamp.fd < 0)
		return false;
	if (flock(stamp.fd, LOCK_EX | LOCK_NB) == 0 &&
	    read_stamp(&stamp, &now, &left_ms)) {
		may = left_ms == 0;
		/* Also where the clock was set back. */
		if (may || left_ms > GENAUTH_CALLER_DELAY_MS)
			set_stamp(&stamp, &now);
	}
	close_stamp(&stamp);
	return may;
}
