/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth-signin with a stopwatch: the same objects, but the linker puts the
 * functions below in front of some of its own and of libcurl's (--wrap).
 * Behind the answer goes a struct parts.
 */
#include <sys/socket.h>

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <unistd.h>

#include "genauth/http.h"
#include "genauth/http_connection.h"
#include "parts.h"
#include "signin/session.h"

struct passwd;

static struct parts parts;

/* Behind the constructors of the libraries. */
__attribute__((constructor)) static void
start(void)
{
	parts.started = now_ns();
}

/* A function that takes the time of the real one, less what is within it. */
#define TIMED(type, part, name, parameters, arguments) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type \
	__wrap_##name parameters \
	{ \
		const long long within = sum(), began = now_ns(); \
		type result = __real_##name arguments; \
		parts.ns[part] += now_ns() - began - (sum() - within); \
		return result; \
	}

static long long
sum(void)
{
	long long ns = 0;

	for (int i = 0; i < PART_COUNT; i++)
		ns += parts.ns[i];
	return ns;
}

TIMED(bool, PART_LIMITS, genauth_confine_start,
    (struct genauth_confinement *confinement), (confinement))
TIMED(const struct passwd *, PART_NSS, genauth_helper_user,
    (const char *option), (option))
TIMED(bool, PART_USER, genauth_confine, (const char *user, bool filter,
    struct genauth_confinement *confinement, struct genauth_failure *failure),
    (user, filter, confinement, failure))
TIMED(bool, PART_LANDLOCK, genauth_landlock, (void), ())
TIMED(bool, PART_SECCOMP, genauth_filter_install, (void), ())
TIMED(struct genauth_http *, PART_FOLDER, genauth_http_new,
    (const struct genauth_options *options, struct genauth_files *files,
    int wake_fd, struct genauth_failure *failure),
    (options, files, wake_fd, failure))
TIMED(bool, PART_INIT, genauth_http_connection_open,
    (struct genauth_http_connection *connection,
    struct genauth_failure *failure), (connection, failure))
TIMED(SSL_CTX *, PART_WARM, SSL_CTX_new, (const SSL_METHOD *method), (method))

CURLMcode __real_curl_multi_remove_handle(CURLM *multi, CURL *curl);
CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *curl);

/* libcurl's own times, in microseconds since the beginning of the transfer. */
CURLMcode
__wrap_curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	curl_off_t name = 0, connect = 0, tls = 0, total = 0;

	curl_easy_getinfo(curl, CURLINFO_NAMELOOKUP_TIME_T, &name);
	curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connect);
	curl_easy_getinfo(curl, CURLINFO_APPCONNECT_TIME_T, &tls);
	curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &total);
	parts.ns[PART_NAME] = name * 1000 - parts.ns[PART_WARM];
	parts.ns[PART_CONNECT] = (connect - name) * 1000;
	parts.ns[PART_TLS] = (tls - connect) * 1000;
	parts.ns[PART_REQUEST] = (total - tls) * 1000;
	return __real_curl_multi_remove_handle(multi, curl);
}

bool __real_genauth_session_run(int fd,
    struct genauth_confinement *confinement, bool is_last);
bool __wrap_genauth_session_run(int fd,
    struct genauth_confinement *confinement, bool is_last);

bool
__wrap_genauth_session_run(int fd, struct genauth_confinement *confinement,
    bool is_last)
{
	bool sent = __real_genauth_session_run(fd, confinement, is_last);

	parts.done = now_ns();
	return sent && send(fd, &parts, sizeof(parts), 0) == sizeof(parts);
}
