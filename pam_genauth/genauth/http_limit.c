/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http_limit.h"

#include <string.h>
#include <strings.h>

#include "genauth/http_setup.h"

static const char no_answer[] =
    "the server closed the connection without an answer";
static const char large_headers[] = "the headers are too large";
static const char large_body[] = "the reply is too large";
static const char compressed[] = "the reply is compressed "
    "(Content-Encoding), which was not asked for";

bool
genauth_http_is_limit(const char *text)
{
	return strcmp(text, no_answer) == 0 ||
	    strcmp(text, large_headers) == 0 ||
	    strcmp(text, large_body) == 0 || strcmp(text, compressed) == 0;
}

/*
 * Called before each request that goes out.  libcurl would send one again when
 * a kept connection turns out dead; the second time it is stopped, before the
 * password goes out twice.
 */
static int
allow_one_request(void *data, char *server_ip, char *local_ip, int server_port,
    int local_port)
{
	struct genauth_http_transfer *transfer = data;

	(void)server_ip; (void)local_ip; (void)server_port; (void)local_port;
	if (transfer->requested) {
		transfer->limit = no_answer;
		return CURL_PREREQFUNC_ABORT;
	}
	transfer->requested = true;
	return CURL_PREREQFUNC_OK;
}

static bool
is_compressed(const char *header, size_t length)
{
	static const char name[] = "content-encoding:", none[] = "identity";
	const size_t n = sizeof(name) - 1;
	size_t start = n;

	if (length < n || strncasecmp(header, name, n) != 0)
		return false;
	while (start < length && strchr(" \t\r\n", header[start]) != NULL)
		start++;
	return start < length && (length - start < sizeof(none) - 1 ||
	    strncasecmp(header + start, none, sizeof(none) - 1) != 0);
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *data)
{
	struct genauth_http_transfer *transfer = data;

	transfer->header_bytes += size * count;
	if (transfer->header_bytes > GENAUTH_HTTP_HEADER_LIMIT)
		transfer->limit = large_headers;
	else if (is_compressed(bytes, size * count))
		transfer->limit = compressed;
	return transfer->limit != NULL ? 0 : size * count;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct genauth_http_transfer *transfer = data;
	struct genauth_secret *received = transfer->received;

	if (size * count > GENAUTH_HTTP_BODY_LIMIT - received->length) {
		transfer->limit = large_body;
		return 0;
	}
	memcpy(received->data + received->length, bytes, size * count);
	received->length += size * count;
	received->data[received->length] = '\0';
	return size * count;
}

CURLcode
genauth_http_limit(struct genauth_http_transfer *transfer, CURL *curl)
{
	CURLcode code = CURLE_OK;

	GENAUTH_HTTP_SET(CURLOPT_PREREQFUNCTION, allow_one_request);
	GENAUTH_HTTP_SET(CURLOPT_PREREQDATA, transfer);
	GENAUTH_HTTP_SET(CURLOPT_HEADERFUNCTION, take_header);
	GENAUTH_HTTP_SET(CURLOPT_HEADERDATA, transfer);
	GENAUTH_HTTP_SET(CURLOPT_WRITEFUNCTION, take_body);
	GENAUTH_HTTP_SET(CURLOPT_WRITEDATA, transfer);
	return code;
}
