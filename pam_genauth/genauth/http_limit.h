/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_limit.h owns what one transfer may do: send one request, and get a
 * reply of limited size that is not compressed.  For http.c alone.
 */
#ifndef GENAUTH_HTTP_LIMIT_H
#define GENAUTH_HTTP_LIMIT_H

#include <curl/curl.h>

#include "genauth/http.h"

/* Start from { .received = … }, which has room for GENAUTH_HTTP_BODY_LIMIT. */
struct genauth_http_transfer {
	bool requested;		/* the request went out */
	struct genauth_secret *received;
	size_t header_bytes;
	const char *limit;	/* what it was stopped for, or NULL */
};

/* Has libcurl ask for each step of it. */
CURLcode genauth_http_limit(struct genauth_http_transfer *transfer,
    CURL *curl);

/* Whether a text says what a transfer was stopped for. */
bool genauth_http_is_limit(const char *text);

#endif
