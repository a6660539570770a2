/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which connection is believed in when the password is to go out, and what is
 * done while one is made.
 */
#include "ends.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <openssl/ssl.h>
#include <stdio.h>
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

static int tls_contexts;

SSL_CTX *__real_SSL_CTX_new(const SSL_METHOD *method);
SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method);

/* Of our own only: libcurl's are not counted. */
SSL_CTX *
__wrap_SSL_CTX_new(const SSL_METHOD *method)
{
	tls_contexts++;
	return __real_SSL_CTX_new(method);
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

/* A server that accepts and says nothing; its port. */
static int
listen_silently(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address,
	    &length), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

/* How often TLS is made ready in a transfer that is broken off while it waits. */
static int
contexts_while_waiting(curl_socket_t kept)
{
	struct genauth_http_connection connection =
	    GENAUTH_HTTP_CONNECTION_NONE;
	struct genauth_failure failure;
	char url[64];
	int port, listener = listen_silently(&port);

	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", port);
	assert_true(genauth_http_connection_open(&connection, &failure));
	assert_int_equal(curl_easy_setopt(connection.curl, CURLOPT_URL, url),
	    CURLE_OK);
	assert_int_equal(curl_easy_setopt(connection.curl, CURLOPT_PROXY, ""),
	    CURLE_OK);
	connection.socket = kept;
	tls_contexts = 0;
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(genauth_http_connection_perform(&connection,
	    ends[0]), CURLE_ABORTED_BY_CALLBACK);
	genauth_http_connection_close(&connection);
	close(listener);
	return tls_contexts;
}

static void
tls_is_made_ready_while_a_connection_is_made(void **state)
{
	(void)state;
	assert_int_equal(contexts_while_waiting(CURL_SOCKET_BAD), 1);
}

/* Somebody waits for the request, and for nothing else. */
static void
nothing_is_made_ready_on_a_connection_that_is_there(void **state)
{
	(void)state;
	assert_int_equal(contexts_while_waiting(ends[0]), 0);
}

/* As the host that was killed, or has given up, while it was stopped. */
static void
nothing_goes_out_when_nobody_waits(void **state)
{
	struct genauth_http_connection connection =
	    GENAUTH_HTTP_CONNECTION_NONE;
	struct genauth_failure failure;
	int port, listener = listen_silently(&port);
	struct pollfd polled = { .fd = listener, .events = POLLIN };
	char url[64];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	assert_true(genauth_http_connection_open(&connection, &failure));
	assert_int_equal(curl_easy_setopt(connection.curl, CURLOPT_URL, url),
	    CURLE_OK);
	assert_int_equal(curl_easy_setopt(connection.curl, CURLOPT_PROXY, ""),
	    CURLE_OK);
	/* One that is there: libcurl looks for it, and would make its own. */
	connection.socket = ends[0];
	assert_int_equal(shutdown(ends[1], SHUT_RDWR), 0);
	assert_int_equal(genauth_http_connection_perform(&connection,
	    ends[0]), CURLE_ABORTED_BY_CALLBACK);
	assert_int_equal(poll(&polled, 1, 0), 0);
	assert_int_equal(connection.socket, ends[0]);
	genauth_http_connection_close(&connection);
	close(listener);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ends, close_ends)
	const struct CMUnitTest tests[] = {
		TEST(one_that_was_idle_for_too_long_is_not_used),
		TEST(one_that_the_server_has_closed_is_not_used),
		TEST(one_with_a_farewell_is_not_used),
		TEST(tls_is_made_ready_while_a_connection_is_made),
		TEST(nothing_is_made_ready_on_a_connection_that_is_there),
		TEST(nothing_goes_out_when_nobody_waits),
	};

	return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
