/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http.h"

#include <sys/syscall.h>

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "genauth/http_connection.h"
#include "genauth/http_limit.h"
#include "genauth/http_peer.h"
#include "genauth/http_setup.h"

struct genauth_http {
	const char *base;	/* "https://HOST[:PORT]", before each path */
	struct genauth_http_setup setup;
	struct genauth_http_connection connection;
	int wake_fd;
	struct genauth_http_observer observer;
	struct genauth_http_player player;	/* instead of all of that */
};

struct genauth_http *
genauth_http_new(const struct genauth_options *options,
    struct genauth_files *files, int wake_fd, struct genauth_failure *failure)
{
	struct genauth_http *http = calloc(1, sizeof(*http));

	if (http == NULL) {
		genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
		return NULL;
	}
	http->base = options->app_host;
	http->connection = GENAUTH_HTTP_CONNECTION_NONE;
	http->wake_fd = wake_fd;
	if (!genauth_http_setup_read(&http->setup, options, files,
	    failure)) {
		genauth_http_free(http);
		return NULL;
	}
	return http;
}

struct genauth_http *
genauth_http_new_player(struct genauth_http_player player)
{
	struct genauth_http *http = calloc(1, sizeof(*http));

	if (http != NULL) {
		http->connection = GENAUTH_HTTP_CONNECTION_NONE;
		http->player = player;
	}
	return http;
}

void
genauth_http_warm_up(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		genauth_http_connection_warm_up();
}

void
genauth_http_free(struct genauth_http *http)
{
	if (http == NULL)
		return;
	genauth_http_connection_close(&http->connection);
	genauth_http_setup_free(&http->setup);
	free(http);
}

static CURLcode
set_limits(CURL *curl, const struct genauth_options *options,
    long long deadline)
{
	long left = genauth_clock_left(deadline);
	long connect = options->connect_timeout_ms;
	CURLcode code = CURLE_OK;

	/* 0 would mean "no limit". */
	if (left < 1)
		left = 1;
	GENAUTH_HTTP_SET(CURLOPT_TIMEOUT_MS, left);
	GENAUTH_HTTP_SET(CURLOPT_CONNECTTIMEOUT_MS, connect < left ? connect : left);
	return code;
}

static CURLcode
set_request(CURL *curl, const struct genauth_http *http,
    const struct genauth_http_request *request, struct curl_slist *headers,
    struct genauth_http_transfer *transfer)
{
	char url[1024];
	CURLcode code = CURLE_OK;

	if ((size_t)snprintf(url, sizeof(url), "%s%s", http->base,
	    request->path) >= sizeof(url))
		return CURLE_URL_MALFORMAT;
	GENAUTH_HTTP_SET(CURLOPT_URL, url);
	GENAUTH_HTTP_SET(CURLOPT_HTTPHEADER, headers);
	if (request->user != NULL) {
		GENAUTH_HTTP_SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		GENAUTH_HTTP_SET(CURLOPT_USERNAME, request->user);
		GENAUTH_HTTP_SET(CURLOPT_PASSWORD, request->password);
	}
	if (request->body != NULL) {
		/* Not copied: the body is wiped by whoever made it. */
		GENAUTH_HTTP_SET(CURLOPT_POSTFIELDS, request->body->data);
		GENAUTH_HTTP_SET(CURLOPT_POSTFIELDSIZE, (long)request->body->length);
	}
	GENAUTH_HTTP_SET(CURLOPT_CERTINFO, request->inspect ? 1L : 0L);
	return code == CURLE_OK ? genauth_http_limit(transfer, curl) : code;
}

/* Whose fault it is when libcurl gives up. */
static enum genauth_verdict
blame(CURLcode code, enum genauth_http_progress progress, bool has_key)
{
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		/* Also what libcurl calls a header line that is too long. */
		return progress == GENAUTH_HTTP_UNSENT ? GENAUTH_INTERNAL :
		    GENAUTH_UNAVAILABLE;
	case CURLE_FAILED_INIT:
	case CURLE_UNKNOWN_OPTION:
	case CURLE_NOT_BUILT_IN:
		return GENAUTH_INTERNAL;
	case CURLE_BAD_FUNCTION_ARGUMENT:
		/* 8.23 says so of a client_key that does not fit. */
		return has_key ? GENAUTH_CONFIG : GENAUTH_INTERNAL;
	case CURLE_URL_MALFORMAT:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return GENAUTH_CONFIG;
	default:
		return GENAUTH_UNAVAILABLE;
	}
}

static void *
end_thread(void *data)
{
	return data;
}

static bool
has_threads(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, end_thread, NULL) == 0 &&
	    pthread_join(thread, NULL) == 0;
}

/* What libcurl's own words leave out; 8.23's are of time alone. */
static const char *
cure(const char *error)
{
	if (strstr(error, "thread failed to start") == NULL &&
	    (strstr(error, "Resolving timed out") == NULL || has_threads()))
		return "";
	/* The C library goes back to clone for ENOSYS, which our filter says. */
	if (syscall(SYS_clone3, NULL, 0L) < 0 && errno == EPERM)
		return " (a container refuses the system call clone3: renew "
		    "its runtime, or set helper_seccomp = yes)";
	return " (RLIMIT_NPROC, in a unit LimitNPROC=, counts all processes of "
	    "helper_user: take a user of its own, or raise the limit)";
}

static long long
milliseconds(CURL *curl, CURLINFO from, CURLINFO to)
{
	curl_off_t start = 0, end = 0;

	if (from != CURLINFO_NONE)
		curl_easy_getinfo(curl, from, &start);
	curl_easy_getinfo(curl, to, &end);
	return end > start ? (end - start) / 1000 : 0;
}

static void
read_timings(CURL *curl, struct genauth_http_response *response)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	response->status = status;
	response->dns_ms = milliseconds(curl, CURLINFO_NONE,
	    CURLINFO_NAMELOOKUP_TIME_T);
	response->connect_ms = milliseconds(curl, CURLINFO_NAMELOOKUP_TIME_T,
	    CURLINFO_CONNECT_TIME_T);
	response->tls_ms = milliseconds(curl, CURLINFO_CONNECT_TIME_T,
	    CURLINFO_APPCONNECT_TIME_T);
	response->wait_ms = milliseconds(curl, CURLINFO_PRETRANSFER_TIME_T,
	    CURLINFO_STARTTRANSFER_TIME_T);
}

int
genauth_http_socket(const struct genauth_http *http)
{
	return http->connection.socket == CURL_SOCKET_BAD ? -1 :
	    (int)http->connection.socket;
}

static bool
append_headers(struct curl_slist **list, const char *const *headers)
{
	struct curl_slist *longer;

	for (; *headers != NULL; headers++) {
		if ((longer = curl_slist_append(*list, *headers)) == NULL)
			return false;
		*list = longer;
	}
	return true;
}

/* NULL: out of memory. */
static struct curl_slist *
list_headers(const char *const *headers)
{
	static const char *const always[] = {
		/* What is decompressed could be far larger than our limit. */
		"Accept-Encoding: identity",
		/* libcurl must not wait for "100 Continue" before a body. */
		"Expect:",
		NULL
	};
	struct curl_slist *list = NULL;

	if (append_headers(&list, always) && append_headers(&list, headers))
		return list;
	curl_slist_free_all(list);
	return NULL;
}

/* One attempt on a handle that is ready. */
static CURLcode
attempt(struct genauth_http *http, const struct genauth_http_request *request,
    struct curl_slist *headers, struct genauth_http_transfer *transfer,
    char error[CURL_ERROR_SIZE])
{
	CURL *curl = http->connection.curl;
	CURLcode code = CURLE_OK;

	curl_easy_reset(curl);
	GENAUTH_HTTP_SET(CURLOPT_ERRORBUFFER, &error[0]);
	if (code != CURLE_OK ||
	    (code = genauth_http_setup_apply(&http->setup, curl)) !=
	    CURLE_OK || (code = set_limits(curl, http->setup.options,
	    request->deadline)) != CURLE_OK || (code = set_request(curl, http,
	    request, headers, transfer)) != CURLE_OK)
		return code;
	return genauth_http_connection_perform(&http->connection,
	    http->wake_fd);
}

/*
 * The same, and once more with all that the system trusts when the first look
 * did not find the server's authority: nothing has been sent to it then.
 */
static CURLcode
transmit(struct genauth_http *http, const struct genauth_http_request *request,
    struct curl_slist *headers, struct genauth_http_transfer *transfer,
    char error[CURL_ERROR_SIZE])
{
	CURLcode code = attempt(http, request, headers, transfer, error);

	if (code != CURLE_PEER_FAILED_VERIFICATION || transfer->requested ||
	    !genauth_http_setup_widen(&http->setup))
		return code;
	error[0] = '\0';
	return attempt(http, request, headers, transfer, error);
}

bool
genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	struct genauth_http_transfer transfer = { .received = &response->body };
	char error[CURL_ERROR_SIZE] = "";
	const char *plain_error = NULL;
	struct curl_slist *headers = NULL;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (http->player.perform != NULL)
		return http->player.perform(http->player.data, request,
		    response, failure);
	*response = (struct genauth_http_response){ 0 };
	if (!genauth_http_connection_open(&http->connection, failure))
		return false;
	if ((headers = list_headers(request->headers)) == NULL ||
	    (response->body.data = calloc(1, GENAUTH_HTTP_BODY_LIMIT + 1)) ==
	    NULL)
		goto out;

	code = transmit(http, request, headers, &transfer, error);
	response->progress = code == CURLE_OK ? GENAUTH_HTTP_ANSWERED :
	    transfer.requested ? GENAUTH_HTTP_SENT : GENAUTH_HTTP_UNSENT;
	read_timings(http->connection.curl, response);
	if (request->inspect)
		genauth_http_peer_read(http->connection.curl, response);
	if (http->observer.observe != NULL)
		genauth_http_peer_list_headers(http->connection.curl, response);
out:
	/* Both end with this function, the handle does not. */
	curl_easy_setopt(http->connection.curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(http->connection.curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	if (code != CURLE_OK)
		plain_error = transfer.limit != NULL ? transfer.limit :
		    curl_easy_strerror(code);
	if (http->observer.observe != NULL)
		http->observer.observe(http->observer.data, request, response,
		    plain_error);
	if (code == CURLE_OK)
		return true;
	return genauth_failure_set(failure, blame(code, response->progress,
	    http->setup.client_key.data != NULL), "%s: %s%s", http->base,
	    transfer.limit == NULL && error[0] != '\0' ? error : plain_error,
	    cure(error));
}

bool
genauth_http_knows_error(const char *text)
{
	for (int code = 1; code < CURL_LAST; code++)
		if (strcmp(text, curl_easy_strerror((CURLcode)code)) == 0)
			return true;
	return genauth_http_is_limit(text);
}

void
genauth_http_observe(struct genauth_http *http,
    struct genauth_http_observer observer)
{
	http->observer = observer;
}

void
genauth_http_response_free(struct genauth_http_response *response)
{
	genauth_secret_free(&response->body);
	genauth_secret_free(&response->chain);
	genauth_secret_free(&response->header_names);
	*response = (struct genauth_http_response){ 0 };
}

void
genauth_http_detach(struct genauth_http *http)
{
	http->wake_fd = -1;
}
