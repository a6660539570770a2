/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What genauth-signin alone calls.  Confinement is only pretended, since the
 * process is needed for the next run, and libcurl's transfer is not made but
 * answered here.
 */
#include "inject/inject.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <json-c/json.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "genauth/http_peer.h"
#include "genauth/record.h"
#include "genauth/revoke.h"
#include "genauth/signin.h"
#include "inject/server.h"

struct server server;

/* ---- confinement ---- */

#define NOBODY 65534

static uid_t uid;

void
server_reset(void)
{
	uid = 0;
	server.gets = server.posts = server.others = 0;
}

/* Defines a function that does nothing but may fail. */
#define PRETEND(type, name, parameters, failure, error) \
	type __wrap_##name parameters; \
	type \
	__wrap_##name parameters \
	{ \
		return inject_fails(#name, NULL, error) ? failure : 0; \
	}

/* It cannot fail, so it is in no list.  The tests keep their descriptors. */
void __wrap_closefrom(int first);

void
__wrap_closefrom(int first)
{
	(void)first;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
PRETEND(int, chdir, (const char *path), -1, EACCES)
PRETEND(int, setgroups, (size_t count, const gid_t *groups), -1, EPERM)
PRETEND(int, setresgid, (gid_t real, gid_t effective, gid_t saved), -1, EPERM)

/* Their failure is the way back to root. */
#define WAY_BACK(name) \
	int __wrap_##name(uid_t id); \
	int \
	__wrap_##name(uid_t id) \
	{ \
		return inject_fails(#name, NULL, 0) ? 0 : -1; \
	}
WAY_BACK(setuid)
WAY_BACK(seteuid)
#pragma GCC diagnostic pop

int __wrap_prctl(int option, ...);
int __wrap_setrlimit(__rlimit_resource_t resource,
    const struct rlimit *limit);
int __wrap_setresuid(uid_t real, uid_t effective, uid_t saved);
int __wrap_getresuid(uid_t *real, uid_t *effective, uid_t *saved);
uid_t __wrap_getuid(void);
uid_t __wrap_geteuid(void);
struct passwd *__wrap_getpwnam(const char *name);
long __wrap_syscall(long number, ...);

/* As an old kernel or a container's rules refuse a call, and otherwise. */
static bool
fails_either_way(const char *function, int error)
{
	return inject_fails(function, "refused", EPERM) ||
	    inject_fails(function, NULL, error);
}

int
__wrap_prctl(int option, ...)
{
	if (option == PR_CAP_AMBIENT)
		return inject_fails("prctl", "ambient", EINVAL) ? -1 : 0;
	return fails_either_way("prctl", ENOMEM) ? -1 : 0;
}

int
__wrap_setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	(void)limit;
	if (resource != RLIMIT_CORE && resource != RLIMIT_FSIZE)
		return inject_fails("setrlimit", "own", EPERM) ? -1 : 0;
	return fails_either_way("setrlimit", EFAULT) ? -1 : 0;
}

int
__wrap_setresuid(uid_t real, uid_t effective, uid_t saved)
{
	(void)effective; (void)saved;
	if (inject_fails("setresuid", NULL, EAGAIN))
		return -1;
	uid = real;
	return 0;
}

int
__wrap_getresuid(uid_t *real, uid_t *effective, uid_t *saved)
{
	*real = *effective = *saved = uid;
	return inject_fails("getresuid", NULL, EFAULT) ? -1 : 0;
}

uid_t
__wrap_getuid(void)
{
	return uid;
}

uid_t
__wrap_geteuid(void)
{
	return uid;
}

struct passwd *
__wrap_getpwnam(const char *name)
{
	static char names[2][16] = { "_genauth", "nobody" };
	static struct passwd users[2] = {
		{ .pw_name = names[0], .pw_uid = NOBODY, .pw_gid = NOBODY },
		{ .pw_name = names[1], .pw_uid = NOBODY, .pw_gid = NOBODY },
	};
	bool own = strcmp(name, names[0]) == 0;

	return inject_fails("getpwnam", own ? "own" : NULL, EIO) ? NULL :
	    &users[own ? 0 : 1];
}

/* Landlock; capset, after which capget finds that all are still there. */
long
__wrap_syscall(long number, ...)
{
	const void *rules;
	va_list arguments;

	va_start(arguments, number);
	rules = number == SYS_landlock_create_ruleset ?
	    va_arg(arguments, const void *) : NULL;
	va_end(arguments);
	if (number == SYS_landlock_create_ruleset && rules == NULL)
		return fails_either_way("syscall", ENOMEM) ? -1 : 3;
	if (number == SYS_capset || number == SYS_capget)
		return inject_fails("syscall", "capset", EPERM) ? -1 : 0;
	if (fails_either_way("syscall", E2BIG))
		return -1;
	return number == SYS_landlock_create_ruleset ?
	    fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : 0;
}

/* ---- the C library ---- */

WRAP(DIR *, opendir, (const char *path), (path), NULL, EMFILE)

/* ---- json-c ---- */

WRAP(struct json_object *, json_object_new_object, (void), (), NULL, ENOMEM)
WRAP(struct json_object *, json_object_new_string, (const char *text), (text),
    NULL, ENOMEM)
WRAP(int, json_object_object_add, (struct json_object *object,
    const char *name, struct json_object *value), (object, name, value), -1,
    ENOMEM)
WRAP(const char *, json_object_to_json_string_length,
    (struct json_object *object, int flags, size_t *length),
    (object, flags, length), NULL, ENOMEM)
WRAP(struct json_tokener *, json_tokener_new_ex, (int depth), (depth), NULL,
    ENOMEM)
WRAP(struct json_object *, json_tokener_parse_ex,
    (struct json_tokener *tokener, const char *text, int length),
    (tokener, text, length), NULL, ENOMEM)

/* ---- OpenSSL ---- */

WRAP(BIO *, BIO_new_mem_buf, (const void *data, int length), (data, length),
    NULL, 0)
WRAP(EVP_PKEY *, PEM_read_bio_PUBKEY, (BIO *bio, EVP_PKEY **key,
    pem_password_cb *callback, void *data), (bio, key, callback, data), NULL,
    0)
WRAP(EVP_PKEY *, d2i_PUBKEY, (EVP_PKEY **key, const unsigned char **der,
    long length), (key, der, length), NULL, 0)
WRAP(int, EVP_DecodeBlock, (unsigned char *out, const unsigned char *text,
    int length), (out, text, length), -1, 0)
WRAP(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_name, (OSSL_LIB_CTX *library,
    const char *name, const char *query), (library, name, query), NULL, 0)
WRAP(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_pkey, (OSSL_LIB_CTX *library,
    EVP_PKEY *key, const char *query), (library, key, query), NULL, 0)
WRAP(int, EVP_PKEY_CTX_set_rsa_padding, (EVP_PKEY_CTX *context, int padding),
    (context, padding), 0, 0)
WRAP(int, EVP_PKEY_encrypt_init, (EVP_PKEY_CTX *context), (context), 0, 0)
WRAP(int, EVP_PKEY_encrypt, (EVP_PKEY_CTX *context, unsigned char *out,
    size_t *length, const unsigned char *in, size_t in_length),
    (context, out, length, in, in_length), 0, 0)
WRAP(int, EVP_PKEY_fromdata_init, (EVP_PKEY_CTX *context), (context), 0, 0)
WRAP(int, EVP_PKEY_fromdata, (EVP_PKEY_CTX *context, EVP_PKEY **key,
    int selection, OSSL_PARAM *params), (context, key, selection, params), 0,
    0)
WRAP(int, EVP_PKEY_public_check, (EVP_PKEY_CTX *context), (context), 0, 0)
WRAP(int, OPENSSL_hexstr2buf_ex, (unsigned char *out, size_t size,
    size_t *length, const char *hex, const char separator),
    (out, size, length, hex, separator), 0, 0)
WRAP(ASN1_SEQUENCE_ANY *, d2i_ASN1_SEQUENCE_ANY, (ASN1_SEQUENCE_ANY **items,
    const unsigned char **der, long length), (items, der, length), NULL, 0)
WRAP(BIGNUM *, ASN1_INTEGER_to_BN, (const ASN1_INTEGER *integer,
    BIGNUM *number), (integer, number), NULL, 0)
WRAP(int, BN_bn2binpad, (const BIGNUM *number, unsigned char *out, int size),
    (number, out, size), -1, 0)

/* ---- libcurl ---- */

WRAP(CURLcode, curl_global_init, (long flags), (flags), CURLE_FAILED_INIT, 0)
WRAP(CURL *, curl_easy_init, (void), (), NULL, 0)
WRAP(CURLM *, curl_multi_init, (void), (), NULL, 0)
WRAP(CURLU *, curl_url, (void), (), NULL, 0)
WRAP(CURLUcode, curl_url_set, (CURLU *url, CURLUPart part, const char *text,
    unsigned flags), (url, part, text, flags), CURLUE_OUT_OF_MEMORY, 0)
WRAP(CURLUcode, curl_url_get, (const CURLU *url, CURLUPart part, char **text,
    unsigned flags), (url, part, text, flags), CURLUE_OUT_OF_MEMORY, 0)
WRAP(struct curl_slist *, curl_slist_append, (struct curl_slist *list,
    const char *line), (list, line), NULL, 0)

/* What the transfer was set up with. */
static struct {
	const char *body, *reply;
	bool is_system, is_signin;
	curl_prereq_callback prereq;
	curl_write_callback header, write;
	void *prereq_data, *header_data, *write_data;
	CURL *curl;
	bool waited, answered;
	CURLcode result;
} transfer;

#undef curl_easy_setopt
#undef curl_easy_getinfo
CURLcode __real_curl_easy_setopt(CURL *curl, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *curl, CURLoption option, ...);
CURLcode __real_curl_easy_getinfo(CURL *curl, CURLINFO info, ...);
CURLcode __wrap_curl_easy_getinfo(CURL *curl, CURLINFO info, ...);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *curl);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *others,
    unsigned count, int timeout, int *ready);
CURLMsg *__wrap_curl_multi_info_read(CURLM *multi, int *left);
CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *curl);

union any {
	const void *pointer;
	curl_prereq_callback prereq;
	curl_write_callback callback;
};

static void
note(CURLoption option, const void *value)
{
	union any any = { .pointer = value };

	if (option == CURLOPT_URL) {
		transfer.is_system = strstr(value, "/api/v3/system") != NULL;
		transfer.is_signin = strstr(value, "/api/v3/signin") != NULL;
	} else if (option == CURLOPT_POSTFIELDS)
		transfer.body = value;
	else if (option == CURLOPT_PREREQFUNCTION)
		transfer.prereq = any.prereq;
	else if (option == CURLOPT_HEADERFUNCTION)
		transfer.header = any.callback;
	else if (option == CURLOPT_WRITEFUNCTION)
		transfer.write = any.callback;
	else if (option == CURLOPT_PREREQDATA)
		transfer.prereq_data = (void *)(uintptr_t)value;
	else if (option == CURLOPT_HEADERDATA)
		transfer.header_data = (void *)(uintptr_t)value;
	else if (option == CURLOPT_WRITEDATA)
		transfer.write_data = (void *)(uintptr_t)value;
}

CURLcode
__wrap_curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	bool is_long = option < CURLOPTTYPE_OBJECTPOINT;
	va_list arguments;
	const void *pointer;
	long number;

	va_start(arguments, option);
	number = is_long ? va_arg(arguments, long) : 0;
	pointer = is_long ? NULL : va_arg(arguments, const void *);
	va_end(arguments);
	if (inject_fails("curl_easy_setopt", (option == CURLOPT_ERRORBUFFER ||
	    option == CURLOPT_HTTPHEADER) && pointer == NULL ? "back" : NULL,
	    0))
		return CURLE_OUT_OF_MEMORY;
	if (is_long)
		return __real_curl_easy_setopt(curl, option, number);
	note(option, pointer);
	return __real_curl_easy_setopt(curl, option, pointer);
}

static const char *
next_reply(void)
{
	unsigned i = 0;

	if (transfer.is_system) {
		server.gets++;
		return server.key_reply;
	}
	if (transfer.is_signin)
		return server.posts++ == 0 && server.first_reply != NULL ?
		    server.first_reply : server.signin_reply;
	while (i < server.others && server.later[i] != NULL)
		i++;
	server.others++;
	return server.later[i] != NULL ? server.later[i] : "";
}

/* The transfer, with the reply in two pieces. */
static CURLcode
make_transfer(void)
{
	char header[] = "HTTP/1.1 200 OK\r\n";
	const char *reply;
	size_t half;

	if (transfer.prereq(transfer.prereq_data, NULL, NULL, 0, 0) !=
	    CURL_PREREQFUNC_OK)
		return CURLE_ABORTED_BY_CALLBACK;
	transfer.reply = reply = next_reply();
	half = strlen(reply) / 2;
	transfer.header(header, 1, strlen(header), transfer.header_data);
	if (transfer.write((char *)(uintptr_t)reply, 1, half,
	    transfer.write_data) != half ||
	    transfer.write((char *)(uintptr_t)reply + half, 1,
	    strlen(reply) - half, transfer.write_data) != strlen(reply) - half)
		return CURLE_WRITE_ERROR;
	transfer.answered = true;
	return CURLE_OK;
}

CURLMcode
__wrap_curl_multi_add_handle(CURLM *multi, CURL *curl)
{
	(void)multi;
	transfer.curl = curl;
	transfer.reply = NULL;
	transfer.waited = transfer.answered = false;
	return inject_fails("curl_multi_add_handle", NULL, 0) ?
	    CURLM_OUT_OF_MEMORY : CURLM_OK;
}

/* The first time there is something to wait for. */
CURLMcode
__wrap_curl_multi_perform(CURLM *multi, int *running)
{
	(void)multi;
	if (inject_fails("curl_multi_perform", NULL, 0))
		return CURLM_INTERNAL_ERROR;
	*running = !transfer.waited;
	if (transfer.waited)
		transfer.result = make_transfer();
	transfer.waited = true;
	return CURLM_OK;
}

CURLMcode
__wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *others,
    unsigned count, int timeout, int *ready)
{
	(void)multi; (void)others; (void)count; (void)timeout; (void)ready;
	return inject_fails("curl_multi_poll", NULL, 0) ?
	    CURLM_OUT_OF_MEMORY : CURLM_OK;
}

CURLMsg *
__wrap_curl_multi_info_read(CURLM *multi, int *left)
{
	static CURLMsg message;

	(void)multi;
	*left = 0;
	message = (CURLMsg){ .msg = CURLMSG_DONE,
	    .easy_handle = transfer.curl, .data.result = transfer.result };
	return inject_fails("curl_multi_info_read", NULL, 0) ? NULL : &message;
}

CURLMcode
__wrap_curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	(void)multi; (void)curl;
	return inject_fails("curl_multi_remove_handle", NULL, 0) ?
	    CURLM_INTERNAL_ERROR : CURLM_OK;
}

CURLcode
__wrap_curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
	bool is_status = info == CURLINFO_RESPONSE_CODE;
	/* That of the reply which the login ends with. */
	bool counts = is_status && !transfer.is_system &&
	    (server.first_reply == NULL || server.posts > 1);
	bool refuses = transfer.reply != NULL &&
	    strstr(transfer.reply, ":200,") == NULL &&
	    strstr(transfer.reply, "access_token") == NULL;
	va_list arguments;
	void *value;

	va_start(arguments, info);
	value = va_arg(arguments, void *);
	va_end(arguments);
	if (inject_fails("curl_easy_getinfo", !counts ? "rest" :
	    refuses ? "refusal" : NULL, 0))
		return CURLE_BAD_FUNCTION_ARGUMENT;
	if (is_status && transfer.answered) {
		*(long *)value = 200;
		return CURLE_OK;
	}
	if (info == CURLINFO_ACTIVESOCKET && transfer.answered) {
		*(curl_socket_t *)value = server.idle;
		return CURLE_OK;
	}
	return __real_curl_easy_getinfo(curl, info, value);
}

/* ---- the preparation ---- */

void __real_genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key);
void __wrap_genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key);

void
__wrap_genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key)
{
	inject_enter("the preparation");
	__real_genauth_signin_prepare(http, options, key);
	inject_leave();
}

/* ---- the token that is revoked ---- */

void __real_genauth_client_keep_token(struct genauth_client *client,
    struct json_object *data);
void __wrap_genauth_client_keep_token(struct genauth_client *client,
    struct json_object *data);

void
__wrap_genauth_client_keep_token(struct genauth_client *client,
    struct json_object *data)
{
	inject_enter("the look for a token to revoke");
	__real_genauth_client_keep_token(client, data);
	inject_leave();
}

void __real_genauth_revoke(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_secret *access_token);
void __wrap_genauth_revoke(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_secret *access_token);

void
__wrap_genauth_revoke(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_secret *access_token)
{
	inject_enter("the revocation");
	__real_genauth_revoke(http, options, access_token);
	inject_leave();
}

/* ---- the recording ---- */

void __real_genauth_record_exchange(void *data,
    const struct genauth_http_request *request,
    const struct genauth_http_response *response, const char *error);
void __wrap_genauth_record_exchange(void *data,
    const struct genauth_http_request *request,
    const struct genauth_http_response *response, const char *error);

void
__wrap_genauth_record_exchange(void *data,
    const struct genauth_http_request *request,
    const struct genauth_http_response *response, const char *error)
{
	inject_enter("the recording");
	__real_genauth_record_exchange(data, request, response, error);
	inject_leave();
}

void __real_genauth_http_peer_list_headers(CURL *curl,
    struct genauth_http_response *response);
void __wrap_genauth_http_peer_list_headers(CURL *curl,
    struct genauth_http_response *response);

void
__wrap_genauth_http_peer_list_headers(CURL *curl,
    struct genauth_http_response *response)
{
	inject_enter("the recording");
	__real_genauth_http_peer_list_headers(curl, response);
	inject_leave();
}
