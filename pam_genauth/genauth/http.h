/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h owns the HTTPS connection: TLS policy, time limits, size limits,
 * timings.  The http files are the only ones that include curl.
 */
#ifndef GENAUTH_HTTP_H
#define GENAUTH_HTTP_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/files.h"
#include "common/options.h"
#include "common/secret.h"

/* What a reply may be at most, in bytes. */
#define GENAUTH_HTTP_BODY_LIMIT (256 * 1024)
#define GENAUTH_HTTP_HEADER_LIMIT (64 * 1024)

/* The HTTP status that throttles (RFC 6585), whatever comes with it. */
#define GENAUTH_HTTP_THROTTLED 429

/*
 * How long an idle connection is used again, in milliseconds.  A firewall or
 * NAT that has forgotten it swallows what is sent, and says nothing.
 */
#define GENAUTH_HTTP_AGE 20000

struct genauth_http;

/*
 * A handle for requests to one server, the app_host of the options.  Reads the
 * files, which closes them; nothing is sent yet, libcurl is not started before
 * the first request.  options must outlive the handle.  Requests are given up
 * as soon as wake_fd (-1: none) can be read or its other end is closed; then
 * none is begun on an open connection.  NULL: failure says why.
 */
struct genauth_http *genauth_http_new(const struct genauth_options *options,
    struct genauth_files *files, int wake_fd, struct genauth_failure *failure);

/*
 * Does what libcurl and OpenSSL do once in a process, and needs no option: for
 * a process that waits for its connection.  What fails will fail again.
 */
void genauth_http_warm_up(void);

/* NULL is allowed. */
void genauth_http_free(struct genauth_http *http);

struct genauth_http_request {
	const char *path;		/* "/api/v3/…", below app_host */
	const char *const *headers;	/* "name: value" …, ends in NULL */
	const char *user, *password;	/* HTTP Basic; NULL: none */
	const struct genauth_secret *body;	/* NULL: GET; else JSON to POST */
	long long deadline;		/* genauth_clock_ms */
	bool inspect;	/* fill in date and chain of the response */
};

/* How far a request came. */
enum genauth_http_progress {
	GENAUTH_HTTP_UNSENT,	/* nothing of it went out */
	GENAUTH_HTTP_SENT,	/* the server may have it; no whole reply */
	GENAUTH_HTTP_ANSWERED,
};

struct genauth_http_response {
	enum genauth_http_progress progress;
	long long status;		/* HTTP status */
	struct genauth_secret body;
	/* Milliseconds, 0 where the connection was there already. */
	long long dns_ms, connect_ms, tls_ms;
	long long wait_ms;		/* request sent to first byte */
	/* With "inspect", where the reply or a new connection had them. */
	long long date;			/* Date, seconds since 1970; or 0, -1 */
	struct genauth_secret chain;	/* certificates as PEM, its own first */
	struct genauth_secret header_names;	/* if observed: "a,b,c" */
};

/*
 * Sends one request and reads the reply, whatever its HTTP status.  On an
 * open connection if there is one, not too old, and the server has not closed
 * it.  A body is sent at most once: no retry, no redirect.  false: no complete
 * reply; failure is UNAVAILABLE (network, TLS, limits), CONFIG or INTERNAL, and
 * progress and timings say how far it came.  response is emptied first; the
 * caller frees it either way.
 */
bool genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure);

/* From now on wake_fd is not looked at: nobody waits. */
void genauth_http_detach(struct genauth_http *http);

/* The socket of the connection kept open, or -1; readable: it was closed. */
int genauth_http_socket(const struct genauth_http *http);

/*
 * Is told of each request and what came of it; error says why there is no
 * whole reply, without names of hosts, or is NULL.
 */
struct genauth_http_observer {
	void (*observe)(void *data, const struct genauth_http_request *request,
	    const struct genauth_http_response *response, const char *error);
	void *data;
};

/* From now on; the observer's data must outlive the requests. */
void genauth_http_observe(struct genauth_http *http,
    struct genauth_http_observer observer);

/*
 * In place of the network, for what was recorded: performs each request, as
 * genauth_http_perform does.
 */
struct genauth_http_player {
	bool (*perform)(void *data, const struct genauth_http_request *request,
	    struct genauth_http_response *response,
	    struct genauth_failure *failure);
	void *data;
};

/* A handle without files, libcurl and network.  NULL: out of memory. */
struct genauth_http *genauth_http_new_player(
    struct genauth_http_player player);

/* Whether that is an error text of an observer's: libcurl's words or ours. */
bool genauth_http_knows_error(const char *text);

void genauth_http_response_free(struct genauth_http_response *response);

#endif
