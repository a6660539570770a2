/* SPDX-License-Identifier: BSD-2-Clause */
/* Which connection is believed in when the password is to go out. */
#include "ends.h"

#include <sys/socket.h>

#include <unistd.h>

#include "common/clock.h"
#include "genauth/http.h"
#include "genauth/http_connection.h"

static long long now;

long long __wrap_genauth_clock_ms(void);

long long
__wrap_genauth_clock_ms(void)
{
	return now;
}

static int
open_ends(void **state)
{
	(void)state;
	now = 1000000;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

/* Whether a connection that was used now is still there after so long. */
static bool
is_kept_after(long long milliseconds)
{
	struct genauth_http_connection connection =
	    GENAUTH_HTTP_CONNECTION_NONE;
	struct genauth_failure failure;
	bool is_kept;

	assert_true(genauth_http_connection_open(&connection, &failure));
	connection.socket = ends[0];
	connection.used_at = now;
	now += milliseconds;
	assert_true(genauth_http_connection_open(&connection, &failure));
	assert_non_null(connection.curl);
	assert_non_null(connection.multi);
	is_kept = connection.socket == ends[0];
	genauth_http_connection_close(&connection);
	return is_kept;
}

static void
one_that_was_idle_for_too_long_is_not_used(void **state)
{
	(void)state;
	assert_true(is_kept_after(0));
	assert_true(is_kept_after(GENAUTH_HTTP_AGE - 1));
	assert_false(is_kept_after(GENAUTH_HTTP_AGE));
	/* As when it was made ready for the last time, and the person left. */
	assert_false(is_kept_after(3600LL * 1000));
}

static void
one_that_the_server_has_closed_is_not_used(void **state)
{
	(void)state;
	shutdown(ends[1], SHUT_WR);
	assert_false(is_kept_after(0));
}

/* TLS says farewell before it closes. */
static void
one_with_a_farewell_is_not_used(void **state)
{
	(void)state;
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_false(is_kept_after(0));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ends, close_ends)
	const struct CMUnitTest tests[] = {
		TEST(one_that_was_idle_for_too_long_is_not_used),
		TEST(one_that_the_server_has_closed_is_not_used),
		TEST(one_with_a_farewell_is_not_used),
	};

	return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
