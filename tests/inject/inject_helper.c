/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every call of genauth-signin that can fail is made to fail, one after
 * another, in several kinds of login and of a change of the password.  However
 * it ends: no success that GenAuth did not give, nothing said to the network by
 * a process that is not confined, each password posted once, and each code, no
 * memory and no descriptor left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <sys/socket.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/answer.h"
#include "common/files.h"
#include "common/message.h"
#include "common/question.h"
#include "inject/inject.h"
#include "inject/server.h"
#include "signin/confine.h"
#include "signin/session.h"

/* With the claims "username": "alice", "sub": "s-1". */
#define TOKEN "e30.eyJ1c2VybmFtZSI6ImFsaWNlIiwic3ViIjoicy0xIn0.x"
/* And with "aud" and "exp". */
#define PROOF "e30.eyJ1c2VybmFtZSI6ImFsaWNlIiwic3ViIjoicy0xIiwiYXVkIjoiMDEyMzQ1" \
	"Njc4OWFiY2RlZjAxMjM0NTY3IiwiZXhwIjo5OTk5OTk5OTk5OX0.x"
#define REPLY(token) "{\"statusCode\":200,\"message\":\"ok\"," \
	"\"requestId\":\"r-1\",\"data\":{\"id_token\":\"" token "\"," \
	"\"access_token\":\"d.e.f\",\"scope\":\"openid\"," \
	"\"token_type\":\"Bearer\",\"expire_in\":7200}}"
#define GOOD REPLY(TOKEN)
#define ROLES(code) "{\"statusCode\":200,\"message\":\"ok\"," \
	"\"data\":[{\"code\":\"" code "\",\"namespace\":\"default\"}]}"
#define CHANGED "{\"statusCode\":200,\"message\":\"\"}"
#define TOO_WEAK "{\"statusCode\":400,\"apiCode\":2061,\"message\":\"weak\"}"
#define CANNOT_DECRYPT "{\"statusCode\":400,\"apiCode\":2016," \
	"\"message\":\"no\"}"
#define REFUSED "{\"statusCode\":403,\"apiCode\":2333,\"message\":\"no\"}"

#define DEMAND "{\"statusCode\":403,\"apiCode\":1636,\"message\":\"mfa\"," \
	"\"data\":{\"mfaToken\":\"m.f.a\",\"totpMfaEnabled\":true," \
	"\"mfaEmail\":\"alice@x.example\",\"mfaPhone\":\"13800001234\"," \
	"\"applicationMfa\":[{\"mfaPolicy\":\"OTP\",\"status\":1}," \
	"{\"mfaPolicy\":\"SMS\"},{\"mfaPolicy\":\"EMAIL\"}]}}"
#define ENROLLED "{\"statusCode\":200,\"data\":[{\"factorType\":\"OTP\"}]}"
#define NOT_ENROLLED "{\"statusCode\":200,\"data\":[]}"
#define VERIFIED "{\"statusCode\":200,\"data\":{\"verified\":true}}"
#define NOT_VERIFIED "{\"statusCode\":200,\"data\":{\"verified\":false}}"
#define SENT "{\"statusCode\":200,\"message\":\"ok\"}"
#define WRONG "{\"code\":2001,\"message\":\"wrong\"}"
#define USER "{\"code\":200,\"data\":{\"id\":\"6\",\"username\":\"alice\"," \
	"\"token\":\"v2\"}}"
#define UNKNOWN_GRANT "{\"error\":\"unsupported_grant_type\"}"
#define TOKENS "{\"access_token\":\"d.e.f\",\"id_token\":\"" TOKEN "\"}"

static char pem_file[] = "/tmp/genauth-inject-XXXXXX";
static char bare_key[1024], pem_reply[1024], sm2_reply[1024];

struct login {
	const char *options[8][2];
	const char *reply, *first_reply, *key_reply;	/* see server.h */
	const char *later[8];
	unsigned others;		/* how many of them are got */
	const char *codes[4];		/* what the person types */
	bool prepare, cached_key, record;
	bool changes;			/* the password */
	unsigned posts;			/* of the password, at most */
	bool hands_key_on;
	bool needs_no_token;		/* but for sub */
	bool proves;			/* identity = required */
	bool has_no_sub;		/* no token, but a verdict */
	const char *role;		/* and group; NULL: none is demanded */
	enum genauth_verdict verdict;	/* when nothing fails */
};

static const struct {
	const char *failure, *why;
} harmless[] = {
	{ "the preparation", "the login does it again" },
	{ "the recording", "is for a report alone" },
	{ "the look for a token to revoke", "it ends by itself" },
	{ "the revocation", "is behind the answer" },
	{ "EVP_DecodeBlock", "what is no base64 is no JWT" },
	{ "poll(prepare)", "ends the preparation" },
	{ "poll(look)", "counts as something to read" },
	{ "close", "the descriptor is gone all the same" },
	{ "opendir", "libcurl's own list of authorities is taken" },
	{ "getpwnam(own)", "nobody is there for that" },
	/* Old kernels and containers; the answer says so. */
	{ "syscall(refused)", "Landlock" },
	{ "prctl(refused)", "the other limits are there" },
	{ "setrlimit(refused)", "so is Landlock" },
	{ "curl_easy_getinfo(rest)", "only for the log, and to wait" },
	{ "curl_easy_getinfo(refusal)", "it is one by its codes" },
	{ "curl_multi_remove_handle", "parts what is over" },
	{ "setrlimit(own)", "the host's limit stays" },
	{ "prctl(ambient)", "a kernel without ambient capabilities" },
	{ "curl_easy_setopt(back)", "takes back a pointer after the reply" },
};

static bool
is_harmless(const char *failure, const struct login *login,
    const struct genauth_answer *answer, const struct genauth_keep *keep)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(harmless[i].failure, failure) == 0)
			return true;
	/* Whose login it was stays unknown, and nobody has asked. */
	if (login->needs_no_token && answer->sub[0] == '\0' &&
	    (strcmp(failure, "malloc") == 0 ||
	    strncmp(failure, "json_tokener_", 13) == 0))
		return true;
	/* The key is not handed on to the cache: it is fetched again. */
	return (strcmp(failure, "malloc") == 0 ||
	    strcmp(failure, "sendmsg") == 0) && login->hands_key_on &&
	    !keep->is_there;
}

static bool
is_confinement(const char *failure)
{
	static const char *const calls[] = { "chdir", "prctl",
	    "setrlimit", "getpwnam", "setgroups", "setresgid", "setresuid",
	    "getresuid", "setuid", "seteuid", "syscall", "syscall(capset)" };

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i], failure) == 0)
			return true;
	return false;
}

/* Whether the reason must say that it was this call. */
static bool
is_named(const char *failure)
{
	static const char *const calls[] = { "EVP_PKEY_CTX_new_from_pkey",
	    "EVP_PKEY_encrypt_init", "EVP_PKEY_CTX_set_rsa_padding",
	    "EVP_PKEY_encrypt", "setgroups", "setresgid", "setresuid" };

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i], failure) == 0)
			return true;
	return false;
}

static bool
is_told(const char *failure, const struct genauth_answer *answer)
{
	return (strstr(failure, "(refused)") != NULL) ==
	    (answer->weaker[0] != '\0');
}

static void
set_option(struct genauth_options *options, const char *key, const char *value)
{
	struct genauth_failure failure;

	assert_true(genauth_options_set(options, genauth_options_find(key),
	    value, GENAUTH_PLACE_FILE, &failure));
}

/* START, as login/helper.c sends it. */
static void
send_start(int fd, const struct login *login)
{
	struct genauth_start start = { .prepare = login->prepare,
	    .record = login->record, .operation = login->changes ?
	    GENAUTH_OPERATION_PASSWORD : GENAUTH_OPERATION_LOGIN };
	struct genauth_records records = { 0 };
	struct genauth_options options;
	struct genauth_failure failure;
	struct genauth_files files;

	assert_true(genauth_options_init(&options));
	set_option(&options, "app_host", "https://x.example");
	set_option(&options, "app_id", "0123456789abcdef01234567");
	for (int i = 0; i < 8 && login->options[i][0] != NULL; i++)
		set_option(&options, login->options[i][0],
		    login->options[i][1]);
	if (login->cached_key)
		assert_true(genauth_secret_set(&start.password_key, bare_key,
		    strlen(bare_key)));
	assert_true(genauth_files_open(&files, &options, &failure));
	genauth_question_add_start(&start, &options, &records);
	assert_true(genauth_files_send_start(fd, &records, &files));
	genauth_files_close(&files);
	genauth_records_free(&records);
	genauth_secret_free(&start.password_key);
	genauth_options_free(&options);
}

static int module_fd;
static bool has_typed, has_changed;
static const char *const *codes;

/* LOGIN and, for a change, CHANGE, made when nothing fails. */
static struct genauth_records login_records, change_records;

/* By hand, since here what the functions call would fail. */
static void
send_typed(enum genauth_message_kind kind, const char *records, size_t length)
{
	const char message[] = { GENAUTH_MESSAGE_VERSION, (char)kind };
	static char data[1024];

	memcpy(data, message, sizeof(message));
	if (length > 0)
		memcpy(data + sizeof(message), records, length);
	length += sizeof(message);
	assert_int_equal(write(module_fd, data, length), length);
}

/* Whether there is a question; takes what has come until then. */
static bool
is_asked(void)
{
	static char data[GENAUTH_RECORDS_LIMIT];
	bool asked = false;

	while (recv(module_fd, data, sizeof(data), MSG_PEEK | MSG_DONTWAIT) >
	    1 && data[1] != GENAUTH_MESSAGE_KEEP &&
	    data[1] != GENAUTH_MESSAGE_RESULT) {
		assert_true(data[1] == GENAUTH_MESSAGE_READY ||
		    data[1] == GENAUTH_MESSAGE_EXCHANGE ||
		    data[1] == GENAUTH_MESSAGE_ASK);
		asked |= data[1] == GENAUTH_MESSAGE_ASK;
		recv(module_fd, data, sizeof(data), MSG_DONTWAIT);
	}
	return asked;
}

/* What is_asked has left. */
static bool
is_answered(void)
{
	char data[1];

	return recv(module_fd, data, sizeof(data), MSG_PEEK | MSG_DONTWAIT) >
	    0;
}

/* A record of common/records.h; without a code there is none. */
static void
send_code(const char *code)
{
	char record[64] = "\4\0\0\0\0text";
	size_t length = code != NULL ? strlen(code) : 0;

	record[1] = (char)length;
	if (code != NULL)
		memcpy(record + 9, code, length);
	send_typed(GENAUTH_MESSAGE_REPLY, record, code != NULL ? 9 + length :
	    0);
}

/* The person has typed a password, or a code, when all wait for it. */
static void
type(void)
{
	if (!has_typed) {
		send_typed(GENAUTH_MESSAGE_LOGIN, login_records.data,
		    login_records.length);
		has_typed = true;
	} else if (is_asked()) {
		send_code(*codes != NULL ? *codes++ : NULL);
	} else if (change_records.data != NULL && !has_changed &&
	    is_answered()) {
		send_typed(GENAUTH_MESSAGE_CHANGE, change_records.data,
		    change_records.length);
		has_changed = true;
	}
}

/* Of a change the second one counts; the first says what is weaker. */
static void
take_result(const struct genauth_records *records,
    struct genauth_answer *answer)
{
	char weaker[GENAUTH_WEAKER_SIZE];

	memcpy(weaker, answer->weaker, sizeof(weaker));
	genauth_answer_free(answer);
	genauth_answer_decode(records, answer);
	if (answer->weaker[0] == '\0')
		memcpy(answer->weaker, weaker, sizeof(weaker));
}

/* What arrives at the module, which takes no answer for INTERNAL. */
static void
receive_answer(struct genauth_answer *answer, struct genauth_keep *keep)
{
	struct genauth_message message;

	*answer = (struct genauth_answer){ 0 };
	*keep = (struct genauth_keep){ 0 };
	while (genauth_message_receive(module_fd, false, &message, 0) ==
	    GENAUTH_RECEIVED) {
		if (message.kind == GENAUTH_MESSAGE_KEEP)
			assert_true(genauth_keep_decode(&message.records,
			    keep));
		else if (message.kind == GENAUTH_MESSAGE_RESULT)
			take_result(&message.records, answer);
		genauth_message_free(&message);
	}
	genauth_message_free(&message);
}

static void
helper(void)
{
	struct genauth_confinement confinement = { 0 };

	if (genauth_confine_start(&confinement))
		genauth_session_run(STDIN_FILENO, &confinement, false);
}

static void
log_in(const struct login *login, enum inject_mode mode, unsigned nth,
    struct genauth_answer *answer, struct genauth_keep *keep)
{
	int pair[2];

	server.signin_reply = login->reply;
	server.first_reply = login->first_reply;
	server.key_reply = login->key_reply;
	server.later = login->later;
	server_reset();
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(dup2(pair[1], STDIN_FILENO), STDIN_FILENO);
	close(pair[1]);
	module_fd = pair[0];
	send_start(module_fd, login);
	genauth_question_add_login("alice", "secret", "192.0.2.1", 10000,
	    &login_records);
	has_typed = has_changed = false;
	codes = login->codes;
	if (login->changes)
		genauth_question_add_change("another", 10000, &change_records);
	inject_waiting = type;
	inject_start(mode, nth);
	helper();
	inject_stop();
	inject_waiting = NULL;
	genauth_records_free(&login_records);
	genauth_records_free(&change_records);
	receive_answer(answer, keep);
	close(module_fd);
	/* That of the sign-in is no answer to the change. */
	if (login->changes && answer->verdict == GENAUTH_OK &&
	    answer->holds != GENAUTH_HOLDS_NEW)
		genauth_answer_refuse(answer, GENAUTH_INTERNAL, "no answer");
}

/* One login; whether it went through without a failure. */
static bool
try(const struct login *login, enum inject_mode mode, unsigned nth)
{
	int before = inject_descriptors();
	struct genauth_answer answer;
	struct genauth_keep keep;
	const char *failure;

	log_in(login, mode, nth, &answer, &keep);
	failure = inject_failure();
	if (failure == NULL || mode == INJECT_SIGNAL) {
		assert_int_equal(answer.verdict, login->verdict);
		assert_int_equal(server.posts, login->posts);
		assert_int_equal(server.others, login->others);
		assert_int_equal(keep.is_there, login->hands_key_on);
		assert_string_equal(answer.weaker, "");
		assert_string_equal(answer.sub, login->has_no_sub ||
		    login->changes ? "" : "s-1");
	} else if (answer.verdict == GENAUTH_OK &&
	    (login->verdict != GENAUTH_OK ||
	    !is_harmless(failure, login, &answer, &keep))) {
		fail_msg("success although %s failed (point %u)", failure, nth);
	} else if (is_confinement(failure) && server.gets + server.posts +
	    server.others > 0) {
		fail_msg("spoke to the network although %s failed (point %u)",
		    failure, nth);
	}
	if (failure != NULL && mode == INJECT_ONE && is_named(failure) &&
	    strstr(answer.reason, failure) == NULL)
		fail_msg("%s failed, and the reason is: %s", failure,
		    answer.reason);
	if (failure != NULL && answer.verdict == GENAUTH_OK &&
	    !is_told(failure, &answer))
		fail_msg("%s failed (point %u), and weaker is: %s", failure,
		    nth, answer.weaker);
	if (answer.proven != (answer.verdict == GENAUTH_OK && login->proves))
		fail_msg("the proof is %lld when %s failed (point %u)",
		    answer.proven, failure, nth);
	if (answer.verdict == GENAUTH_OK && login->role != NULL &&
	    (strcmp(answer.roles, login->role) != 0 ||
	    strcmp(answer.groups, login->role) != 0))
		fail_msg("the roles are %s and %s when %s failed (point %u)",
		    answer.roles, answer.groups, failure, nth);
	if (server.posts > login->posts || server.others > login->others)
		fail_msg("%u and %u posts when %s failed (point %u)",
		    server.posts, server.others, failure, nth);
	if (answer.verdict != GENAUTH_OK && (answer.id_token.data != NULL ||
	    answer.access_token.data != NULL))
		fail_msg("tokens when %s failed (point %u)", failure, nth);
	if (inject_memory() != 0)
		fail_msg("%d allocations left when %s failed (point %u)",
		    inject_memory(), failure, nth);
	if (inject_descriptors() != before)
		fail_msg("%d descriptors left when %s failed (point %u)",
		    inject_descriptors() - before, failure, nth);
	genauth_answer_free(&answer);
	genauth_keep_free(&keep);
	return failure == NULL;
}

/* Of the sanitizer, when there is one: what libraries have lost. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static void
try_all(const struct login *login)
{
	for (enum inject_mode mode = INJECT_ONE; mode <= INJECT_SIGNAL; mode++)
		for (unsigned nth = 1; !try(login, mode, nth); nth++)
			assert_true(nth <= 4000);
	if (__lsan_do_recoverable_leak_check != NULL)
		assert_int_equal(__lsan_do_recoverable_leak_check(), 0);
}

#define LOGIN(name, ...) \
	static void \
	name(void **state) \
	{ \
		static const struct login login = { __VA_ARGS__ }; \
		(void)state; \
		try_all(&login); \
	}

LOGIN(recorded, .record = true, .reply = GOOD, .key_reply = "{}", .posts = 1,
    .verdict = GENAUTH_OK)
LOGIN(prepared, .prepare = true, .reply = GOOD, .key_reply = "{}", .posts = 1,
    .verdict = GENAUTH_OK, .options = { { "app_secret", "s3cret" },
    { "token_endpoint_auth_method", "client_secret_post" },
    { "ca_file", pem_file } })
LOGIN(proven, .reply = REPLY(PROOF), .posts = 1, .verdict = GENAUTH_OK,
    .proves = true, .options = { { "identity", "required" } })
LOGIN(with_a_role, .reply = GOOD, .later = { ROLES("ops"), ROLES("ops") },
    .others = 2, .posts = 1, .verdict = GENAUTH_OK, .role = "ops",
    .options = { { "require_roles", "ops" }, { "require_groups", "ops" } })
LOGIN(without_the_role, .reply = GOOD, .later = { ROLES("other") },
    .others = 1, .posts = 1, .verdict = GENAUTH_DISABLED, .role = "ops",
    .options = { { "require_roles", "ops" }, { "require_groups", "ops" } })
LOGIN(revoked, .reply = GOOD, .later = { "{}" }, .others = 1, .posts = 1,
    .verdict = GENAUTH_OK, .options = { { "revoke_tokens", "unused" } })
LOGIN(with_all_options, .reply = GOOD, .posts = 1, .verdict = GENAUTH_OK,
    .needs_no_token = true,
    .options = { { "app_secret", "s3cret" },
    { "token_endpoint_auth_method", "client_secret_basic" },
    { "client_cert", pem_file }, { "client_key", pem_file },
    { "lang", "zh-CN" }, { "connection", "AD" },
    { "export_tokens", "id_token access_token" },
    { "proxy", "http://u:p@proxy.example:3128" } })
LOGIN(refused, .prepare = true, .reply = REFUSED, .key_reply = "{}",
    .posts = 1, .has_no_sub = true, .verdict = GENAUTH_DENIED)
LOGIN(sealed_with_rsa, .prepare = true, .reply = GOOD, .key_reply = pem_reply,
    .posts = 1, .hands_key_on = true, .verdict = GENAUTH_OK,
    .options = { { "password_encrypt_type", "rsa" } })
LOGIN(sealed_with_sm2, .reply = GOOD, .key_reply = sm2_reply, .posts = 1,
    .hands_key_on = true, .verdict = GENAUTH_OK,
    .options = { { "password_encrypt_type", "sm2" },
    { "sm2_format", "04c1c2c3-base64" }, { "helper_seccomp", "no" } })
LOGIN(sealed_with_an_old_key, .reply = GOOD, .first_reply = CANNOT_DECRYPT,
    .key_reply = pem_reply, .cached_key = true, .posts = 2,
    .hands_key_on = true, .verdict = GENAUTH_OK,
    .options = { { "password_encrypt_type", "rsa" },
    { "helper_seccomp", "no" } })

/* ---- the same with a second factor ---- */

LOGIN(hosts_factor, .prepare = true, .reply = GOOD, .key_reply = "{}",
    .later = { ENROLLED, VERIFIED }, .others = 2, .codes = { "123 456" },
    .posts = 1, .verdict = GENAUTH_OK,
    .options = { { "second_factor", "required" } })
LOGIN(hosts_factor_in_the_end, .reply = GOOD,
    .later = { ENROLLED, NOT_VERIFIED, VERIFIED }, .others = 3,
    .codes = { "111111", "222222" }, .posts = 1, .verdict = GENAUTH_OK,
    .options = { { "second_factor", "if_enrolled" },
    { "token_endpoint_auth_method", "client_secret_basic" },
    { "app_secret", "s3cret" }, { "lang", "zh-CN" } })
LOGIN(hosts_factor_wrong, .reply = GOOD,
    .later = { ENROLLED, NOT_VERIFIED, NOT_VERIFIED }, .others = 3,
    .codes = { "111111", "222222" }, .posts = 1, .verdict = GENAUTH_DENIED,
    .options = { { "second_factor", "required" }, { "mfa_tries", "2" } })
LOGIN(hosts_factor_not_typed, .reply = GOOD, .later = { ENROLLED },
    .others = 1, .posts = 1, .verdict = GENAUTH_DENIED,
    .options = { { "second_factor", "required" } })
LOGIN(hosts_factor_not_there, .reply = GOOD, .later = { NOT_ENROLLED },
    .others = 1, .posts = 1, .verdict = GENAUTH_STEP_NEEDED,
    .options = { { "second_factor", "required" } })
LOGIN(genauths_factor, .reply = DEMAND, .has_no_sub = true, .later = { USER }, .others = 1,
    .codes = { "123456" }, .posts = 1, .verdict = GENAUTH_OK,
    .options = { { "mfa", "ask" } })
LOGIN(genauths_factor_not_asked_for, .reply = DEMAND, .posts = 1,
    .has_no_sub = true,
    .verdict = GENAUTH_STEP_NEEDED)
LOGIN(code_by_email, .record = true, .reply = DEMAND,
    .later = { SENT, WRONG, USER, UNKNOWN_GRANT, TOKENS }, .others = 5,
    .codes = { "111111", "222222" }, .posts = 1, .verdict = GENAUTH_OK,
    .options = { { "mfa", "ask" }, { "mfa_policy_order", "EMAIL OTP" },
    { "mfa_token_exchange", "yes" }, { "app_secret", "s3cret" },
    { "token_endpoint_auth_method", "client_secret_post" } })
LOGIN(code_by_sms, .reply = DEMAND, .later = { SENT, USER, TOKENS },
    .others = 3, .codes = { "222222" }, .posts = 1, .verdict = GENAUTH_OK,
    .key_reply = pem_reply, .hands_key_on = true,
    .options = { { "mfa", "ask" }, { "mfa_policy_order", "SMS" },
    { "mfa_token_exchange", "yes" }, { "password_encrypt_type", "rsa" } })

/* ---- and of the password ---- */

LOGIN(changed, .prepare = true, .changes = true, .reply = GOOD,
    .later = { CHANGED }, .others = 1, .key_reply = "{}", .posts = 1,
    .verdict = GENAUTH_OK, .options = { { "user_pool_id", "pool" } })
LOGIN(not_changed, .changes = true, .reply = GOOD, .later = { TOO_WEAK },
    .others = 1, .posts = 1, .verdict = GENAUTH_DENIED,
    .options = { { "user_pool_id", "pool" } })
LOGIN(changed_with_a_factor, .changes = true, .reply = GOOD,
    .later = { ENROLLED, VERIFIED, CHANGED }, .others = 3,
    .codes = { "123456" }, .posts = 1, .verdict = GENAUTH_OK,
    .options = { { "user_pool_id", "pool" },
    { "second_factor", "required" } })
LOGIN(changed_and_sealed, .changes = true, .reply = GOOD,
    .later = { CHANGED }, .others = 1, .key_reply = pem_reply, .posts = 1,
    .hands_key_on = true, .verdict = GENAUTH_OK,
    .options = { { "password_encrypt_type", "rsa" },
    { "user_pool_id", "pool" }, { "helper_seccomp", "no" } })

static void
every_call_was_a_point(void **state)
{
	const char *source = getenv("SRCDIR");
	char list[1024];

	(void)state;
	inject_report("genauth-signin");
	snprintf(list, sizeof(list), "%s/tests/inject/helper.list",
	    source != NULL ? source : ".");
	if (inject_unreached(list) != NULL)
		fail_msg("%s was never called", inject_unreached(list));
}

/* ---- before and after ---- */

/* A file of tests/vectors, its inner line ends as JSON writes them. */
static bool
read_vector(const char *name, char *out, size_t size)
{
	const char *source = getenv("SRCDIR");
	size_t length = 0;
	char path[1024];
	FILE *file;
	int c, last = 0;

	snprintf(path, sizeof(path), "%s/tests/vectors/%s",
	    source != NULL ? source : ".", name);
	if ((file = fopen(path, "r")) == NULL)
		return false;
	for (; (c = getc(file)) != EOF && length + 4 < size; last = c) {
		if (last == '\n') {
			out[length++] = '\\';
			out[length++] = 'n';
		}
		if (c != '\n')
			out[length++] = (char)c;
	}
	out[length] = '\0';
	fclose(file);
	return true;
}

static bool
make_reply(const char *type, const char *name, char *reply, size_t size)
{
	char key[800];
	int length = read_vector(name, key, sizeof(key)) ? snprintf(reply,
	    size, "{\"%s\":{\"publicKey\":\"%s\"}}", type, key) : -1;

	return length > 0 && (size_t)length < size;
}

static int
set_up(void **state)
{
	static const char pem[] = "-----BEGIN CERTIFICATE-----\n"
	    "-----BEGIN PRIVATE KEY-----\n";
	int fd = mkostemp(pem_file, O_CLOEXEC), idle[2];

	(void)state;
	if (fd < 0 || write(fd, pem, strlen(pem)) !=
	    (ssize_t)strlen(pem) || close(fd) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, idle) != 0)
		return -1;
	server.idle = idle[0];
	return make_reply("rsa", "rsa/rsa2048-public.pem", pem_reply,
	    sizeof(pem_reply)) &&
	    read_vector("rsa/rsa2048-public.b64", bare_key,
	    sizeof(bare_key)) &&
	    make_reply("sm2", "sm2/sm2-public.hex", sm2_reply,
	    sizeof(sm2_reply)) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(pem_file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prepared),
		cmocka_unit_test(proven),
		cmocka_unit_test(with_a_role),
		cmocka_unit_test(without_the_role),
		cmocka_unit_test(revoked),
		cmocka_unit_test(with_all_options),
		cmocka_unit_test(refused),
		cmocka_unit_test(recorded),
		cmocka_unit_test(sealed_with_rsa),
		cmocka_unit_test(sealed_with_sm2),
		cmocka_unit_test(sealed_with_an_old_key),
		cmocka_unit_test(hosts_factor),
		cmocka_unit_test(hosts_factor_in_the_end),
		cmocka_unit_test(hosts_factor_wrong),
		cmocka_unit_test(hosts_factor_not_typed),
		cmocka_unit_test(hosts_factor_not_there),
		cmocka_unit_test(genauths_factor),
		cmocka_unit_test(genauths_factor_not_asked_for),
		cmocka_unit_test(code_by_email),
		cmocka_unit_test(code_by_sms),
		cmocka_unit_test(changed),
		cmocka_unit_test(not_changed),
		cmocka_unit_test(changed_with_a_factor),
		cmocka_unit_test(changed_and_sealed),
		cmocka_unit_test(every_call_was_a_point),
	};

	return cmocka_run_group_tests_name("inject_helper", tests, set_up,
	    tear_down);
}
