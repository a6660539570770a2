/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper and the helper are started by calls of the kernel's own, whose
 * arguments differ from machine to machine: here with /bin/true as the helper.
 */
#include "unit.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>

#include "login/spawn.h"

static bool
has_children(void)
{
	return waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
}

static void
the_helper_is_started_and_ends(void **state)
{
	struct pollfd polled = { .events = POLLIN };
	pid_t keeper = -1;
	int pair[2];
	char byte;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair), 0);
	assert_int_equal(genauth_spawn(pair[1], &keeper), 0);
	assert_true(keeper > 0);
	/* Nor while it lives, for a host that waits for any child. */
	assert_false(has_children());
	close(pair[1]);
	polled.fd = pair[0];
	assert_int_equal(poll(&polled, 1, 60000), 1);
	assert_int_equal(read(pair[0], &byte, 1), 0);
	genauth_spawn_wait(keeper);
	assert_int_equal(waitpid(keeper, NULL, __WALL), -1);
	close(pair[0]);
}

static void
one_that_is_dismissed_is_waited_for(void **state)
{
	pid_t keeper = -1;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair), 0);
	assert_int_equal(genauth_spawn(pair[1], &keeper), 0);
	genauth_spawn_dismiss(&keeper);
	genauth_spawn_wait(keeper);
	assert_false(has_children());
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_helper_is_started_and_ends),
		cmocka_unit_test(one_that_is_dismissed_is_waited_for),
	};

	return cmocka_run_group_tests_name("starts", tests, NULL, NULL);
}
