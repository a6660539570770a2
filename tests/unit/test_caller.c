/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a user who calls su is kept from.  The clock stands still, and nobody
 * sleeps: what a caller waits is what he would have slept.
 */
#include "unit.h"

#include <fcntl.h>
#include <time.h>

#include "common/paths.h"
#include "module/caller.h"

#define NOW 1700000000
#define NOW_MS 400
#define MONOTONIC 100
#define CALLER 1000

static char folder[] = "/tmp/genauth-caller-XXXXXX";
static char attempt[64], prepare[64];
const struct genauth_paths genauth_paths = { .cache = folder };

static uid_t caller = CALLER;
static long long slept_ms;

uid_t __wrap_getuid(void);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_nanosleep(clockid_t clock, int flags,
    const struct timespec *end, struct timespec *left);

uid_t
__wrap_getuid(void)
{
	return caller;
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	*time = clock == CLOCK_REALTIME ?
	    (struct timespec){ NOW, NOW_MS * 1000000 } :
	    (struct timespec){ MONOTONIC, 0 };
	return 0;
}

int
__wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *end,
    struct timespec *left)
{
	(void)left;
	assert_int_equal(clock, CLOCK_MONOTONIC);
	assert_int_equal(flags, TIMER_ABSTIME);
	assert_true(end->tv_nsec < 1000000000);
	slept_ms += (long long)(end->tv_sec - MONOTONIC) * 1000 +
	    end->tv_nsec / 1000000;
	return 0;
}

/* The last time of that file is so long after now. */
static void
set_stamp(const char *path, long long ms)
{
	const long long at = NOW * 1000LL + NOW_MS + ms;
	const struct timespec both[2] = {
	    { (time_t)(at / 1000), (long)(at % 1000) * 1000000 },
	    { (time_t)(at / 1000), (long)(at % 1000) * 1000000 } };

	assert_int_equal(utimensat(AT_FDCWD, path, both, 0), 0);
}

/* The other way round. */
static long long
stamp_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return (long long)(status.st_mtim.tv_sec - NOW) * 1000 - NOW_MS +
	    status.st_mtim.tv_nsec / 1000000;
}

/* What he would wait now; -1: he is turned away. */
static long long
wait_now(struct timespec *turn)
{
	slept_ms = 0;
	return genauth_caller_wait(turn) ? slept_ms : -1;
}

static int
forget(void **state)
{
	(void)state;
	caller = CALLER;
	unlink(attempt);
	unlink(prepare);
	return 0;
}

static void
a_user_is_who_has_fewer_rights(void **state)
{
	(void)state;
	assert_true(genauth_caller_is_user());
	caller = geteuid();
	assert_false(genauth_caller_is_user());
}

static void
the_next_waits_for_his_turn(void **state)
{
	/* Of the attempt before, and what is waited until two seconds later. */
	static const struct {
		long long before, waited;
	} cases[] = {
		{ 0, 2000 }, { -300, 1700 }, { -1999, 1 }, { -2000, 0 },
		{ -100000, 0 }, { 10000, 12000 }, { 28000, 30000 },
	};
	struct timespec turn;

	(void)state;
	assert_int_equal(wait_now(&turn), 0);
	assert_int_equal(stamp_of(attempt), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_stamp(attempt, cases[i].before);
		assert_int_equal(wait_now(&turn), cases[i].waited);
		assert_int_equal(stamp_of(attempt), cases[i].waited);
		assert_int_equal((turn.tv_sec - NOW) * 1000LL - NOW_MS +
		    turn.tv_nsec / 1000000, cases[i].waited);
	}
}

static void
who_has_too_many_waiting_is_turned_away(void **state)
{
	struct timespec turn;

	(void)state;
	wait_now(&turn);
	for (long long before = 28001; before <= 30000; before += 1999) {
		set_stamp(attempt, before);
		assert_int_equal(wait_now(&turn), -1);
		assert_int_equal(stamp_of(attempt), before);
	}
	/* So long nobody waits: the clock was set back. */
	set_stamp(attempt, 30001);
	assert_int_equal(wait_now(&turn), 2000);
	set_stamp(attempt, 3600000);
	assert_int_equal(wait_now(&turn), 2000);
	assert_int_equal(stamp_of(attempt), 2000);
}

static void
who_has_succeeded_need_not_wait(void **state)
{
	struct timespec turn, other;

	(void)state;
	wait_now(&turn);
	/* Another attempt has come meanwhile. */
	other = turn;
	other.tv_sec--;
	genauth_caller_succeeded(&other);
	other = turn;
	other.tv_nsec--;
	genauth_caller_succeeded(&other);
	assert_int_equal(stamp_of(attempt), 0);
	genauth_caller_succeeded(&turn);
	assert_int_equal(wait_now(&turn), 0);
}

static void
nobody_waits_for_somebody_else(void **state)
{
	struct timespec turn;

	(void)state;
	wait_now(&turn);
	caller = CALLER + 1;
	assert_int_equal(wait_now(&turn), 0);
	snprintf(attempt + strlen(folder), sizeof(attempt) - strlen(folder),
	    "/attempt-%u", CALLER + 1);
	assert_int_equal(unlink(attempt), 0);
	snprintf(attempt + strlen(folder), sizeof(attempt) - strlen(folder),
	    "/attempt-%u", CALLER);
}

static void
connections_are_made_now_and_then(void **state)
{
	(void)state;
	assert_true(genauth_caller_may_prepare());
	assert_int_equal(stamp_of(prepare), 0);
	set_stamp(prepare, -1999);
	assert_false(genauth_caller_may_prepare());
	assert_int_equal(stamp_of(prepare), -1999);
	set_stamp(prepare, -2000);
	assert_true(genauth_caller_may_prepare());
	assert_int_equal(stamp_of(prepare), 0);
	/* The clock was set back: not now, and not for ever. */
	set_stamp(prepare, 3600000);
	assert_false(genauth_caller_may_prepare());
	assert_int_equal(stamp_of(prepare), 0);
}

static void
the_files_are_nobody_elses(void **state)
{
	struct timespec turn;
	struct stat status;
	mode_t before = umask(0);

	(void)state;
	wait_now(&turn);
	umask(before);
	assert_int_equal(stat(attempt, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	/* A link in its place is not followed, and remembers nothing. */
	assert_int_equal(rename(attempt, prepare), 0);
	set_stamp(prepare, -1000);
	assert_int_equal(symlink(prepare, attempt), 0);
	assert_int_equal(wait_now(&turn), 0);
	assert_int_equal(stamp_of(prepare), -1000);
}

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(attempt, sizeof(attempt), "%s/attempt-%u", folder, CALLER);
	snprintf(prepare, sizeof(prepare), "%s/prepare-%u", folder, CALLER);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_user_is_who_has_fewer_rights,
		    forget),
		cmocka_unit_test_teardown(the_next_waits_for_his_turn, forget),
		cmocka_unit_test_teardown(
		    who_has_too_many_waiting_is_turned_away, forget),
		cmocka_unit_test_teardown(who_has_succeeded_need_not_wait,
		    forget),
		cmocka_unit_test_teardown(nobody_waits_for_somebody_else,
		    forget),
		cmocka_unit_test_teardown(connections_are_made_now_and_then,
		    forget),
		cmocka_unit_test_teardown(the_files_are_nobody_elses, forget),
	};

	return cmocka_run_group_tests_name("caller", tests, make_folder,
	    remove_folder);
}
