/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include "common/clock.h"
#include "genauth/http.h"

void
genauth_http_connection_close(struct genauth_http_connection *connection)
{
	if (connection->curl == NULL && connection->multi == NULL)
		return;
	curl_easy_cleanup(connection->curl);
	curl_multi_cleanup(connection->multi);
	curl_global_cleanup();
	*connection = GENAUTH_HTTP_CONNECTION_NONE;
}

/*
 * Whether the connection that libcurl would use again was idle for too long, or
 * the server has closed it.  Nothing is due on it, so whatever can be read is a
 * farewell.  libcurl looks too, but may take TLS's own farewell for a sign of
 * life, and would send the password into nowhere.
 */
static bool
is_stale(const struct genauth_http_connection *connection)
{
	struct pollfd polled = { .fd = connection->socket,
	    .events = POLLIN };

	return connection->socket != CURL_SOCKET_BAD &&
	    (genauth_clock_ms() - connection->used_at >=
	    GENAUTH_HTTP_AGE || poll(&polled, 1, 0) != 0);
}

/*
 * The handles are made anew when the connection is stale: libcurl would keep
 * the old one beside a new one, and might come back to it.
 */
bool
genauth_http_connection_open(struct genauth_http_connection *connection,
    struct genauth_failure *failure)
{
	CURLcode code;

	if (is_stale(connection))
		genauth_http_connection_close(connection);
	if (connection->curl != NULL)
		return true;
	if ((code = curl_global_init(CURL_GLOBAL_DEFAULT)) != CURLE_OK)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "curl_global_init: %s", curl_easy_strerror(code));
	connection->curl = curl_easy_init();
	connection->multi = curl_multi_init();
	if (connection->curl != NULL && connection->multi != NULL)
		return true;
	genauth_failure_set(failure, GENAUTH_INTERNAL, "%s: failed",
	    connection->curl == NULL ? "curl_easy_init" : "curl_multi_init");
	if (connection->curl == NULL && connection->multi == NULL)
		curl_global_cleanup();
	genauth_http_connection_close(connection);
	return false;
}

/* The result of a transfer that has come to its end. */
static CURLcode
result_of(CURLM *multi)
{
	int left;
	const CURLMsg *message = curl_multi_info_read(multi, &left);

	return message != NULL && message->msg == CURLMSG_DONE ?
	    message->data.result : CURLE_FAILED_INIT;
}

/* libcurl would do so when the server is there. */
void
genauth_http_connection_warm_up(void)
{
	SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
	ERR_clear_error();
}

/* libcurl sends at once where a connection is there. */
static bool
is_woken(int wake_fd)
{
	struct pollfd polled = { .fd = wake_fd, .events = POLLIN };

	return wake_fd >= 0 && poll(&polled, 1, 0) > 0;
}

CURLcode
genauth_http_connection_perform(struct genauth_http_connection *connection,
    int wake_fd)
{
	struct curl_waitfd wake = { .fd = wake_fd,
	    .events = CURL_WAIT_POLLIN };
	CURLcode code = CURLE_ABORTED_BY_CALLBACK;
	CURLM *multi = connection->multi;
	bool connects = connection->socket == CURL_SOCKET_BAD;
	int running = 1;

	if (!connects && is_woken(wake_fd))
		return code;
	if (curl_multi_add_handle(multi, connection->curl) != CURLM_OK)
		return CURLE_OUT_OF_MEMORY;
	while (curl_multi_perform(multi, &running) == CURLM_OK) {
		if (running == 0) {
			code = result_of(multi);
			break;
		}
		/* The name is looked up meanwhile, in a thread of libcurl's. */
		if (connects)
			genauth_http_connection_warm_up();
		connects = false;
		if (curl_multi_poll(multi, &wake, wake_fd >= 0 ? 1 : 0, 1000,
		    NULL) != CURLM_OK || wake.revents != 0)
			break;
	}
	/* Before the handles part: afterwards libcurl does not tell. */
	if (curl_easy_getinfo(connection->curl, CURLINFO_ACTIVESOCKET,
	    &connection->socket) != CURLE_OK)
		connection->socket = CURL_SOCKET_BAD;
	curl_multi_remove_handle(multi, connection->curl);
	/* A transfer that was broken off takes its connection along. */
	if (running != 0)
		connection->socket = CURL_SOCKET_BAD;
	connection->used_at = genauth_clock_ms();
	return code;
}
