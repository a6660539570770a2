/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http.h"

#include <curl/curl.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/file.h"

#define PEM_LIMIT (1024 * 1024)

struct genauth_http {
	const struct genauth_options *options;
	struct genauth_secret ca, client_cert, client_key;
	CURL *curl;
};

/* One transfer, for the callbacks. */
struct transfer {
	bool requested;
	struct genauth_secret *received;
	size_t header_bytes;
	const char *limit;	/* what we stopped it for, or NULL */
};

static bool
read_pem(const struct genauth_options *options, enum genauth_option option,
    bool secret, struct genauth_secret *pem, struct genauth_failure *failure)
{
	const char *path = genauth_options_text(options, option);
	struct stat status;

	if (path == NULL)
		return true;
	if (!genauth_file_read(path, PEM_LIMIT, pem, &status, failure))
		return false;
	if (secret && !genauth_file_is_private(&status))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: %s: group or others can read it (chmod 600 it)",
		    genauth_options_key(option), path);
	return true;
}

struct genauth_http *
genauth_http_new(const struct genauth_options *options,
    struct genauth_failure *failure)
{
	struct genauth_http *http = calloc(1, sizeof(*http));

	if (http == NULL) {
		genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
		return NULL;
	}
	http->options = options;
	if (!read_pem(options, GENAUTH_OPTION_ca_file, false, &http->ca,
	    failure) ||
	    !read_pem(options, GENAUTH_OPTION_client_cert, false,
	    &http->client_cert, failure) ||
	    !read_pem(options, GENAUTH_OPTION_client_key, true,
	    &http->client_key, failure)) {
		genauth_http_free(http);
		return NULL;
	}
	return http;
}

void
genauth_http_free(struct genauth_http *http)
{
	if (http == NULL)
		return;
	if (http->curl != NULL) {
		curl_easy_cleanup(http->curl);
		curl_global_cleanup();
	}
	genauth_secret_free(&http->ca);
	genauth_secret_free(&http->client_cert);
	genauth_secret_free(&http->client_key);
	free(http);
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
	struct transfer *transfer = data;

	(void)server_ip, (void)local_ip, (void)server_port, (void)local_port;
	if (transfer->requested) {
		transfer->limit = "the server closed the connection without "
		    "an answer";
		return CURL_PREREQFUNC_ABORT;
	}
	transfer->requested = true;
	return CURL_PREREQFUNC_OK;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *data)
{
	struct transfer *transfer = data;

	(void)bytes;
	transfer->header_bytes += size * count;
	if (transfer->header_bytes > GENAUTH_HTTP_HEADER_LIMIT) {
		transfer->limit = "the headers are too large";
		return 0;
	}
	return size * count;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct transfer *transfer = data;
	struct genauth_secret *received = transfer->received;

	if (size * count > GENAUTH_HTTP_BODY_LIMIT - received->length) {
		transfer->limit = "the reply is too large";
		return 0;
	}
	memcpy(received->data + received->length, bytes, size * count);
	received->length += size * count;
	received->data[received->length] = '\0';
	return size * count;
}

/* Whether certificates can be looked up in the folder by their hash. */
static bool
is_hashed(const char *path)
{
	DIR *folder = path == NULL ? NULL : opendir(path);
	struct dirent *entry;
	bool hashed = false;

	while (folder != NULL && !hashed && (entry = readdir(folder)) != NULL)
		hashed = strspn(entry->d_name, "0123456789abcdef") == 8 &&
		    strcmp(entry->d_name + 8, ".0") == 0;
	if (folder != NULL)
		closedir(folder);
	return hashed;
}

#define SET(option, value) do { \
		if (code == CURLE_OK) \
			code = curl_easy_setopt(curl, option, value); \
	} while (0)

static CURLcode
set_blob(CURL *curl, CURLoption option, const struct genauth_secret *pem)
{
	struct curl_blob blob = { .data = pem->data, .len = pem->length,
	    .flags = CURL_BLOB_NOCOPY };

	return curl_easy_setopt(curl, option, &blob);
}

/*
 * Where the certificates of trusted authorities are.  With neither ca_file
 * nor ca_path, libcurl would read the system's whole bundle; where the system
 * has a hashed folder too, OpenSSL finds the few it needs in a fraction of
 * the time.
 */
static CURLcode
set_authorities(CURL *curl, const struct genauth_http *http)
{
	const char *path = genauth_options_text(http->options,
	    GENAUTH_OPTION_ca_path);
	const char *system = curl_version_info(CURLVERSION_NOW)->capath;
	CURLcode code = CURLE_OK;

	if (http->ca.data != NULL)
		code = set_blob(curl, CURLOPT_CAINFO_BLOB, &http->ca);
	else if (path != NULL || is_hashed(system))
		SET(CURLOPT_CAINFO, NULL);
	else
		return CURLE_OK;
	if (http->ca.data != NULL || path != NULL)
		SET(CURLOPT_CAPATH, path);
	else
		SET(CURLOPT_CAPATH, system);
	return code;
}

static CURLcode
set_tls(CURL *curl, const struct genauth_http *http)
{
	const struct genauth_options *options = http->options;
	CURLcode code = set_authorities(curl, http);

	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, genauth_options_has(options,
	    GENAUTH_OPTION_tls_min_version, "1.3") ?
	    (long)CURL_SSLVERSION_TLSv1_3 : (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_PINNEDPUBLICKEY, genauth_options_text(options,
	    GENAUTH_OPTION_pinned_public_key));
	if (code == CURLE_OK && http->client_cert.data != NULL)
		code = set_blob(curl, CURLOPT_SSLCERT_BLOB, &http->client_cert);
	if (code == CURLE_OK && http->client_key.data != NULL)
		code = set_blob(curl, CURLOPT_SSLKEY_BLOB, &http->client_key);
	return code;
}

/* What a server or a proxy could otherwise talk libcurl into. */
static CURLcode
set_policy(CURL *curl, const struct genauth_options *options)
{
	const char *proxy = genauth_options_text(options, GENAUTH_OPTION_proxy);
	CURLcode code = CURLE_OK;

	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	/* One request on one connection: HTTP/2 would only add a way to retry. */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* "" also keeps proxies named in the environment out. */
	SET(CURLOPT_PROXY, proxy != NULL ? proxy : "");
	SET(CURLOPT_NOPROXY, "");
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Do not wait for a name server when the time is up. */
	SET(CURLOPT_QUICK_EXIT, 1L);
#endif
	SET(CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	return code;
}

static CURLcode
set_limits(CURL *curl, const struct genauth_options *options,
    long long deadline)
{
	long left = genauth_clock_left(deadline);
	long connect = (long)genauth_options_number(options,
	    GENAUTH_OPTION_connect_timeout) * 1000;
	CURLcode code = CURLE_OK;

	/* 0 would mean "no limit". */
	if (left < 1)
		left = 1;
	SET(CURLOPT_TIMEOUT_MS, left);
	SET(CURLOPT_CONNECTTIMEOUT_MS, connect < left ? connect : left);
	return code;
}

static CURLcode
set_request(CURL *curl, const struct genauth_http *http,
    const struct genauth_http_request *request, struct curl_slist *headers,
    struct transfer *transfer)
{
	char url[1024];
	CURLcode code = CURLE_OK;

	snprintf(url, sizeof(url), "%s%s", genauth_options_text(http->options,
	    GENAUTH_OPTION_app_host), request->path);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_HTTPHEADER, headers);
	if (request->user != NULL) {
		SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		SET(CURLOPT_USERNAME, request->user);
		SET(CURLOPT_PASSWORD, request->password);
	}
	if (request->body != NULL) {
		/* Not copied: the body is wiped by whoever made it. */
		SET(CURLOPT_POSTFIELDS, request->body->data);
		SET(CURLOPT_POSTFIELDSIZE, (long)request->body->length);
	}
	SET(CURLOPT_PREREQFUNCTION, allow_one_request);
	SET(CURLOPT_PREREQDATA, transfer);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, transfer);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, transfer);
	return code;
}

/* Whose fault it is when libcurl gives up. */
static enum genauth_verdict
blame(CURLcode code)
{
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
	case CURLE_UNKNOWN_OPTION:
	case CURLE_NOT_BUILT_IN:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return GENAUTH_INTERNAL;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return GENAUTH_CONFIG;
	default:
		return GENAUTH_UNAVAILABLE;
	}
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
	curl_socket_t found = CURL_SOCKET_BAD;

	if (http->curl != NULL)
		curl_easy_getinfo(http->curl, CURLINFO_ACTIVESOCKET, &found);
	return found == CURL_SOCKET_BAD ? -1 : (int)found;
}

/*
 * Whether the server has closed the connection that libcurl would use again.
 * Nothing is due on it, so whatever can be read is a farewell.  libcurl looks
 * too, but may take TLS's own farewell for a sign of life, and would send the
 * password into nowhere.
 */
static bool
is_stale(const struct genauth_http *http)
{
	struct pollfd polled = { .fd = genauth_http_socket(http),
	    .events = POLLIN };

	return polled.fd >= 0 && poll(&polled, 1, 0) != 0;
}

/*
 * Makes the handle ready for the next request.  It is made anew when its
 * connection is stale: libcurl would keep the old one beside a new one, and
 * might come back to it.
 */
static bool
open_curl(struct genauth_http *http)
{
	if (http->curl != NULL && !is_stale(http)) {
		curl_easy_reset(http->curl);
		return true;
	}
	if (http->curl != NULL)
		curl_easy_cleanup(http->curl);
	else if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	if ((http->curl = curl_easy_init()) == NULL)
		curl_global_cleanup();
	return http->curl != NULL;
}

static struct curl_slist *
list_headers(const char *const *headers)
{
	struct curl_slist *list = NULL, *longer;

	for (; *headers != NULL; headers++) {
		if ((longer = curl_slist_append(list, *headers)) == NULL) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = longer;
	}
	return list;
}

bool
genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	struct transfer transfer = { .received = &response->body };
	char error[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = NULL;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURL *curl;

	*response = (struct genauth_http_response){ 0 };
	if (!open_curl(http))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "libcurl does not start");
	curl = http->curl;
	if ((headers = list_headers(request->headers)) == NULL ||
	    (response->body.data = calloc(1, GENAUTH_HTTP_BODY_LIMIT + 1)) ==
	    NULL)
		goto out;

	code = CURLE_OK;
	SET(CURLOPT_ERRORBUFFER, error);
	if (code != CURLE_OK ||
	    (code = set_policy(curl, http->options)) != CURLE_OK ||
	    (code = set_tls(curl, http)) != CURLE_OK ||
	    (code = set_limits(curl, http->options, request->deadline)) !=
	    CURLE_OK || (code = set_request(curl, http, request, headers,
	    &transfer)) != CURLE_OK)
		goto out;
	code = curl_easy_perform(curl);
	read_timings(curl, response);
out:
	/* Both end with this function, the handle does not. */
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	if (code == CURLE_OK)
		return true;
	return genauth_failure_set(failure, blame(code), "%s: %s",
	    genauth_options_text(http->options, GENAUTH_OPTION_app_host),
	    transfer.limit != NULL ? transfer.limit :
	    error[0] != '\0' ? error : curl_easy_strerror(code));
}

void
genauth_http_response_free(struct genauth_http_response *response)
{
	genauth_secret_free(&response->body);
	*response = (struct genauth_http_response){ 0 };
}
