/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_connection.h owns the one connection that is kept for the next request:
 * libcurl's handles, and whether it can still be believed in.
 */
#ifndef GENAUTH_HTTP_CONNECTION_H
#define GENAUTH_HTTP_CONNECTION_H

#include <curl/curl.h>
#include <stdbool.h>

#include "common/failure.h"

/* Start from GENAUTH_HTTP_CONNECTION_NONE; ends with _close. */
struct genauth_http_connection {
	CURLM *multi;		/* keeps the connection */
	CURL *curl;		/* for one request after the other */
	curl_socket_t socket;	/* of the connection, or CURL_SOCKET_BAD */
	long long used_at;	/* genauth_clock_ms */
};
#define GENAUTH_HTTP_CONNECTION_NONE \
	((struct genauth_http_connection){ .socket = CURL_SOCKET_BAD })

/*
 * Sees to it that there are handles, and that they hold no connection that the
 * server has closed, or that was idle for GENAUTH_HTTP_AGE (http.h).  failure is INTERNAL.
 */
bool genauth_http_connection_open(struct genauth_http_connection *connection,
    struct genauth_failure *failure);

/* As curl_easy_perform, but only until wake_fd (-1: none) can be read. */
CURLcode genauth_http_connection_perform(
    struct genauth_http_connection *connection, int wake_fd);

/*
 * What OpenSSL looks up only once in a process: half of what it takes to begin
 * with TLS.
 */
void genauth_http_connection_warm_up(void);

/* Closes the connection with all that libcurl knows of it. */
void genauth_http_connection_close(struct genauth_http_connection *connection);

#endif
