/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Second factors: what is asked, what is sent, what is let in.  Each field of
 * each reply is also left out, null, and of every other type and value.
 */
#include "unit.h"

#include <json-c/json.h>

#include "common/clock.h"
#include "genauth/code.h"
#include "genauth/mfa.h"
#include "genauth/mfa_exchange.h"
#include "genauth/second_factor.h"
#include "genauth/signin.h"

#define SIGNED_IN "{\"statusCode\":200,\"message\":\"ok\",\"data\":" \
	"{\"access_token\":\"a.b.c\",\"id_token\":\"e30.e30.c2ln\"}}"
#define ENROLLED "{\"statusCode\":200,\"message\":\"ok\",\"data\":[" \
	"{\"factorId\":\"1\",\"factorType\":\"SMS\",\"profile\":{}}," \
	"{\"factorId\":\"2\",\"factorType\":\"OTP\",\"profile\":{}}]}"
#define NOT_ENROLLED "{\"statusCode\":200,\"message\":\"ok\",\"data\":[" \
	"{\"factorId\":\"1\",\"factorType\":\"SMS\",\"profile\":{}}]}"
#define VERIFIED "{\"statusCode\":200,\"message\":\"ok\"," \
	"\"data\":{\"verified\":true}}"
#define NOT_VERIFIED "{\"statusCode\":200,\"message\":\"ok\"," \
	"\"data\":{\"verified\":false}}"
#define DEMAND "{\"statusCode\":403,\"apiCode\":1636,\"message\":\"mfa\"," \
	"\"data\":{\"mfaToken\":\"m.f.a\",\"totpMfaEnabled\":true," \
	"\"mfaEmail\":\"alice@example.com\",\"mfaPhone\":\"13800001234\"," \
	"\"mfaPhoneCountryCode\":\"+86\",\"applicationMfa\":[" \
	"{\"mfaPolicy\":\"OTP\",\"status\":1}," \
	"{\"mfaPolicy\":\"EMAIL\",\"status\":1}," \
	"{\"mfaPolicy\":\"SMS\",\"status\":1}]}}"
#define USER "{\"code\":200,\"message\":\"ok\",\"data\":{\"id\":\"6\"," \
	"\"username\":\"alice\",\"token\":\"v2\"}}"
#define WRONG "{\"code\":6001,\"message\":\"wrong\"}"
#define SENT "{\"statusCode\":200,\"message\":\"ok\"}"
#define TOKENS "{\"access_token\":\"x.y.z\",\"id_token\":\"e30.e30.c2ln\"}"

/* ---- a GenAuth that says what is written here ---- */

/* For each path the replies, in turn; the last one is said again. */
static struct script {
	const char *path, *replies[5];
	long long status;	/* 0: 200 */
} *script;

static struct {
	const char *path;
	char body[512], bearer[64];
} sent[16];
static size_t sent_count;

static size_t
count_of(const char *path)
{
	size_t count = 0;

	for (size_t i = 0; i < sent_count; i++)
		count += strcmp(sent[i].path, path) == 0;
	return count;
}

static void
note(const struct genauth_http_request *request)
{
	static const char bearer[] = "Authorization: Bearer ";

	assert_true(sent_count < sizeof(sent) / sizeof(sent[0]));
	memset(&sent[sent_count], 0, sizeof(sent[0]));
	sent[sent_count].path = request->path;
	if (request->body != NULL)
		snprintf(sent[sent_count].body, sizeof(sent[0].body), "%s",
		    request->body->data);
	for (size_t i = 0; request->headers[i] != NULL; i++)
		if (strncmp(request->headers[i], bearer, strlen(bearer)) == 0)
			snprintf(sent[sent_count].bearer,
			    sizeof(sent[0].bearer), "%s",
			    request->headers[i] + strlen(bearer));
	sent_count++;
}

bool __wrap_genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure);

bool
__wrap_genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	size_t said = count_of(request->path);
	const struct script *line = script;

	(void)http;
	*response = (struct genauth_http_response){ 0 };
	note(request);
	assert_true(request->deadline > genauth_clock_ms());
	while (line->path != NULL && strcmp(line->path, request->path) != 0)
		line++;
	if (line->path == NULL || line->replies[0] == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "no answer");
	while (said > 0 && line->replies[said] == NULL)
		said--;
	response->progress = GENAUTH_HTTP_ANSWERED;
	response->status = line->status != 0 ? line->status : 200;
	return genauth_secret_set(&response->body, line->replies[said],
	    strlen(line->replies[said]));
}

/* ---- a person who types what is written here ---- */

static const char *typed[6];
static struct {
	enum genauth_prompt prompt;
	char detail[256];
} asked[8];
static size_t asked_count;

static bool
type(void *data, enum genauth_prompt prompt, const char *detail,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	const char *text = typed[asked_count];

	(void)data;
	asked[asked_count].prompt = prompt;
	snprintf(asked[asked_count].detail, sizeof(asked[0].detail), "%s",
	    detail != NULL ? detail : "");
	asked_count++;
	if (text == NULL)
		return genauth_failure_set(failure, GENAUTH_DENIED,
		    "nobody types");
	return genauth_secret_set(reply, text, strlen(text));
}

/* ---- one login ---- */

static struct genauth_options options;
static const char *account = "alice";

static void
set(enum genauth_option option, const char *value)
{
	struct genauth_failure failure;

	assert_true(genauth_options_set(&options, option, value,
	    GENAUTH_PLACE_FILE, &failure));
}

static int
start(void **state)
{
	(void)state;
	assert_true(genauth_options_init(&options));
	set(GENAUTH_OPTION_app_host, "https://x.example");
	set(GENAUTH_OPTION_app_id, "0123456789abcdef01234567");
	set(GENAUTH_OPTION_token_endpoint_auth_method, "none");
	memset(typed, 0, sizeof(typed));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	genauth_options_free(&options);
	return 0;
}

static void
log_in(struct script *lines, struct genauth_answer *answer)
{
	struct genauth_client client = { .options = &options,
	    .asker = { type, NULL }, .timeout_ms = 5000,
	    .deadline = genauth_clock_ms() + 5000 };
	const struct genauth_credentials credentials = { .account = account,
	    .password = "secret" };
	struct genauth_password_key key = { .pinned = false };

	script = lines;
	sent_count = 0;
	asked_count = 0;
	genauth_signin(&client, &credentials, &key, answer);
	genauth_password_key_free(&key);
	genauth_secret_free(&client.access_token);
	assert_true(answer->reason[0] != '\0');
	if (answer->verdict != GENAUTH_OK) {
		assert_null(answer->id_token.data);
		assert_null(answer->access_token.data);
	}
}

static enum genauth_verdict
verdict_of(struct script *lines)
{
	struct genauth_answer answer;
	enum genauth_verdict verdict;

	log_in(lines, &answer);
	verdict = answer.verdict;
	genauth_answer_free(&answer);
	return verdict;
}

/* ---- the factor that the host demands ---- */

#define HOST(...) { \
	{ GENAUTH_SIGNIN_ENDPOINT, { SIGNED_IN }, 0 }, \
	{ GENAUTH_FACTORS_ENDPOINT, { ENROLLED }, 0 }, \
	{ GENAUTH_TOTP_ENDPOINT, { __VA_ARGS__ }, 0 }, { .path = NULL } }

static void
nothing_is_asked_that_is_not_demanded(void **state)
{
	struct script lines[] = HOST(VERIFIED);

	(void)state;
	assert_int_equal(verdict_of(lines), GENAUTH_OK);
	assert_int_equal(sent_count, 1);
	assert_int_equal(asked_count, 0);
}

static void
the_right_code_lets_in(void **state)
{
	struct script lines[] = HOST(VERIFIED);
	struct genauth_answer answer;

	(void)state;
	set(GENAUTH_OPTION_second_factor, "required");
	set(GENAUTH_OPTION_app_secret, "hush");
	set(GENAUTH_OPTION_token_endpoint_auth_method, "client_secret_post");
	typed[0] = " 123 456";
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_int_equal(answer.factor, GENAUTH_FACTOR_OTP);
	assert_string_equal(answer.access_token.data, "a.b.c");
	assert_int_equal(asked[0].prompt, GENAUTH_PROMPT_OTP);
	assert_int_equal(sent_count, 3);
	assert_string_equal(sent[1].bearer, "a.b.c");
	assert_string_equal(sent[1].body, "");
	assert_string_equal(sent[2].bearer, "a.b.c");
	/* No secret of the application's where there is a token. */
	assert_string_equal(sent[2].body, "{\"totp\":\"123456\"}");
	genauth_answer_free(&answer);
}

static void
who_has_none_is_let_in_or_not(void **state)
{
	struct script lines[] = HOST(VERIFIED);

	(void)state;
	lines[1].replies[0] = NOT_ENROLLED;
	set(GENAUTH_OPTION_second_factor, "if_enrolled");
	assert_int_equal(verdict_of(lines), GENAUTH_OK);
	assert_int_equal(asked_count, 0);
	set(GENAUTH_OPTION_second_factor, "required");
	assert_int_equal(verdict_of(lines), GENAUTH_STEP_NEEDED);
	assert_int_equal(asked_count, 0);
	/* It may be a one-time password by another name. */
	lines[1].replies[0] = "{\"statusCode\":200,\"data\":["
	    "{\"factorType\":\"SMS\"},{\"factorType\":\"TOTP\"}]}";
	assert_int_equal(verdict_of(lines), GENAUTH_UNAVAILABLE);
	set(GENAUTH_OPTION_second_factor, "if_enrolled");
	assert_int_equal(verdict_of(lines), GENAUTH_UNAVAILABLE);
	assert_int_equal(asked_count, 0);
	/* As genauth-docs print it. */
	typed[0] = "123456";
	lines[1].replies[0] = "{\"statusCode\":200,\"data\":"
	    "{\"factorId\":\"1\",\"factorType\":\"OTP\"}}";
	assert_int_equal(verdict_of(lines), GENAUTH_OK);
}

static void
a_code_may_be_wrong_a_few_times(void **state)
{
	static const struct {
		const char *tries, *typed[6];
		size_t asked, sent;
		enum genauth_verdict verdict;
	} rows[] = {
		{ "3", { "111111", "222222", "333333" }, 3, 3, GENAUTH_OK },
		{ "2", { "111111", "222222", "333333" }, 2, 2,
		    GENAUTH_DENIED },
		{ "1", { "111111" }, 1, 1, GENAUTH_DENIED },
		{ "5", { "1", "2", "3", "4", "5" }, 5, 0, GENAUTH_DENIED },
		/* The same once more, however it is written. */
		{ "3", { "111111", "111-111", "111 111" }, 3, 1,
		    GENAUTH_DENIED },
		{ "3", { "no code!", "12345678901234567", "" }, 3, 0,
		    GENAUTH_DENIED },
		{ "3", { "111111", NULL }, 2, 1, GENAUTH_DENIED },
		/* The shortest and the longest. */
		{ "2", { "1234", "1234567890123456" }, 2, 2,
		    GENAUTH_DENIED },
		{ "2", { "123", "12345678901234567" }, 2, 0, GENAUTH_DENIED },
	};
	struct script lines[] = HOST(NOT_VERIFIED, WRONG, VERIFIED);

	(void)state;
	lines[2].replies[1] = "{\"statusCode\":403,\"apiCode\":6001}";
	set(GENAUTH_OPTION_second_factor, "required");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set(GENAUTH_OPTION_mfa_tries, rows[i].tries);
		memcpy(typed, rows[i].typed, sizeof(typed));
		assert_int_equal(verdict_of(lines), rows[i].verdict);
		assert_int_equal(asked_count, rows[i].asked);
		assert_int_equal(count_of(GENAUTH_TOTP_ENDPOINT),
		    rows[i].sent);
		if (asked_count > 1)
			assert_int_equal(asked[1].prompt,
			    GENAUTH_PROMPT_OTP_AGAIN);
	}
}

static void
what_fails_refuses(void **state)
{
	static const char *const words[] = { "if_enrolled", "required" };

	(void)state;
	typed[0] = "123456";
	for (size_t w = 0; w < 2; w++) {
		set(GENAUTH_OPTION_second_factor, words[w]);
		for (size_t i = 0; i < 3; i++) {
			struct script lines[] = HOST(VERIFIED);

			lines[i].replies[0] = NULL;
			assert_int_equal(verdict_of(lines),
			    GENAUTH_UNAVAILABLE);
			lines[i].replies[0] = "<html>";
			assert_int_equal(verdict_of(lines),
			    GENAUTH_UNAVAILABLE);
			lines[i].replies[0] = "{\"statusCode\":500}";
			assert_int_equal(verdict_of(lines),
			    GENAUTH_UNAVAILABLE);
			lines[i].status = 429;
			assert_int_equal(verdict_of(lines),
			    GENAUTH_THROTTLED);
			/* Also where it speaks of a code; it is asked once. */
			lines[i].replies[0] =
			    "{\"statusCode\":403,\"apiCode\":6001}";
			assert_int_equal(verdict_of(lines),
			    GENAUTH_THROTTLED);
			assert_int_equal(asked_count, i == 2);
		}
	}
}

/* What an option needs and a reply lacks; nothing is asked for then. */
static void
what_is_missing_refuses(void **state)
{
	static const char *const words[] = { "if_enrolled", "required" };
	struct script host[] = HOST(VERIFIED);
	struct script genauth[] = {
		{ GENAUTH_SIGNIN_ENDPOINT, { "{\"statusCode\":403,"
		    "\"apiCode\":1636,\"data\":{\"totpMfaEnabled\":true}}" },
		    0 },
		{ GENAUTH_MFA_OTP_ENDPOINT, { USER }, 0 }, { .path = NULL } };

	(void)state;
	typed[0] = "123456";
	for (size_t w = 0; w < 2; w++) {
		set(GENAUTH_OPTION_second_factor, words[w]);
		host[0].replies[0] = SIGNED_IN;
		host[2].replies[0] = SENT;
		assert_int_equal(verdict_of(host), GENAUTH_UNAVAILABLE);
		assert_int_equal(asked_count, 1);
		/* No access token. */
		host[0].replies[0] = SENT;
		assert_int_equal(verdict_of(host), GENAUTH_DENIED);
		assert_int_equal(sent_count, 1);
	}
	set(GENAUTH_OPTION_mfa, "ask");
	assert_int_equal(verdict_of(genauth), GENAUTH_STEP_NEEDED);
	assert_int_equal(sent_count, 1);
}

/* ---- the factor that GenAuth demands ---- */

#define GENAUTH(...) { \
	{ GENAUTH_SIGNIN_ENDPOINT, { DEMAND }, 0 }, \
	{ GENAUTH_MFA_OTP_ENDPOINT, { __VA_ARGS__ }, 0 }, \
	{ GENAUTH_MFA_EMAIL_ENDPOINT, { __VA_ARGS__ }, 0 }, \
	{ GENAUTH_MFA_SMS_ENDPOINT, { __VA_ARGS__ }, 0 }, \
	{ GENAUTH_SEND_EMAIL_ENDPOINT, { SENT }, 0 }, \
	{ GENAUTH_SEND_SMS_ENDPOINT, { SENT }, 0 }, \
	{ GENAUTH_TOKEN_ENDPOINT, { TOKENS }, 0 }, { .path = NULL } }

static void
a_demand_is_refused_unless_it_may_be_asked(void **state)
{
	struct script lines[] = GENAUTH(USER);
	struct genauth_answer answer;

	(void)state;
	typed[0] = "123456";
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_STEP_NEEDED);
	assert_int_equal(answer.factor, GENAUTH_FACTOR_NONE);
	assert_contains(answer.reason, "option mfa");
	assert_int_equal(sent_count, 1);
	genauth_answer_free(&answer);
}

static void
the_factor_is_the_first_of_the_order(void **state)
{
	static const struct {
		const char *order;
		enum genauth_factor factor;
		enum genauth_prompt prompt;
		const char *detail, *request, *body, *verify;
	} rows[] = {
		{ "OTP EMAIL SMS", GENAUTH_FACTOR_OTP, GENAUTH_PROMPT_OTP, "",
		    NULL, NULL, "{\"totp\":\"123456\"}" },
		{ "EMAIL OTP", GENAUTH_FACTOR_EMAIL, GENAUTH_PROMPT_EMAIL,
		    "alice@example.com", GENAUTH_SEND_EMAIL_ENDPOINT,
		    "{\"email\":\"alice@example.com\","
		    "\"channel\":\"CHANNEL_VERIFY_MFA\"}",
		    "{\"email\":\"alice@example.com\","
		    "\"code\":\"123456\"}" },
		{ "SMS", GENAUTH_FACTOR_SMS, GENAUTH_PROMPT_SMS, "13800001234",
		    GENAUTH_SEND_SMS_ENDPOINT,
		    "{\"phoneNumber\":\"13800001234\","
		    "\"phoneCountryCode\":\"+86\","
		    "\"channel\":\"CHANNEL_VERIFY_MFA\"}",
		    "{\"phone\":\"13800001234\","
		    "\"phoneCountryCode\":\"+86\","
		    "\"code\":\"123456\"}" },
	};

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	typed[0] = "123456";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script lines[] = GENAUTH(USER);
		struct genauth_answer answer;

		set(GENAUTH_OPTION_mfa_policy_order, rows[i].order);
		log_in(lines, &answer);
		assert_int_equal(answer.verdict, GENAUTH_OK);
		assert_int_equal(answer.factor, rows[i].factor);
		assert_null(answer.access_token.data);
		assert_int_equal(asked[0].prompt, rows[i].prompt);
		assert_string_equal(asked[0].detail, rows[i].detail);
		if (rows[i].request != NULL) {
			assert_string_equal(sent[1].path, rows[i].request);
			assert_string_equal(sent[1].body, rows[i].body);
			assert_string_equal(sent[1].bearer, "m.f.a");
		}
		assert_string_equal(sent[sent_count - 1].body,
		    rows[i].verify);
		assert_string_equal(sent[sent_count - 1].bearer, "m.f.a");
		genauth_answer_free(&answer);
	}
}

/* What the application does not allow, or the user does not have. */
static void
what_cannot_be_asked_is_a_step(void **state)
{
	static const struct {
		const char *data, *order;
		enum genauth_factor factor;
	} rows[] = {
		{ "\"faceMfaEnabled\":true", "OTP EMAIL SMS",
		    GENAUTH_FACTOR_NONE },
		{ "\"totpMfaEnabled\":true", "EMAIL SMS",
		    GENAUTH_FACTOR_NONE },
		{ "\"totpMfaEnabled\":\"true\"", "OTP", GENAUTH_FACTOR_NONE },
		{ "\"totpMfaEnabled\":true", "EMAIL OTP",
		    GENAUTH_FACTOR_OTP },
		{ "\"totpMfaEnabled\":true,\"applicationMfa\":[]", "OTP",
		    GENAUTH_FACTOR_OTP },
		{ "\"totpMfaEnabled\":true,\"applicationMfa\":"
		    "[{\"mfaPolicy\":\"FACE\",\"status\":1}]", "OTP",
		    GENAUTH_FACTOR_NONE },
		{ "\"totpMfaEnabled\":true,\"applicationMfa\":"
		    "[{\"mfaPolicy\":\"OTP\",\"status\":0}]", "OTP",
		    GENAUTH_FACTOR_NONE },
		{ "\"totpMfaEnabled\":true,\"applicationMfa\":"
		    "{\"mfaPolicy\":\"OTP\",\"status\":1}", "OTP",
		    GENAUTH_FACTOR_OTP },
	};

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	typed[0] = "123456";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script lines[] = GENAUTH(USER);
		struct genauth_answer answer;
		char reply[512];

		snprintf(reply, sizeof(reply), "{\"statusCode\":403,"
		    "\"apiCode\":1635,\"data\":{\"mfaToken\":\"m.f.a\",%s}}",
		    rows[i].data);
		lines[0].replies[0] = reply;
		set(GENAUTH_OPTION_mfa_policy_order, rows[i].order);
		log_in(lines, &answer);
		assert_int_equal(answer.factor, rows[i].factor);
		assert_int_equal(answer.verdict, rows[i].factor ==
		    GENAUTH_FACTOR_NONE ? GENAUTH_STEP_NEEDED : GENAUTH_OK);
		genauth_answer_free(&answer);
	}
}

static void
a_code_that_cannot_be_sent_is_not_asked_for(void **state)
{
	struct script lines[] = GENAUTH(USER);

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	set(GENAUTH_OPTION_mfa_policy_order, "EMAIL");
	lines[4].replies[0] = "{\"statusCode\":499,\"apiCode\":2080}";
	assert_int_equal(verdict_of(lines), GENAUTH_THROTTLED);
	assert_int_equal(asked_count, 0);
	/* For SMS, that alone says so; for others it is something else. */
	lines[4].replies[0] = lines[5].replies[0] = "{\"statusCode\":422}";
	assert_int_equal(verdict_of(lines), GENAUTH_CONFIG);
	set(GENAUTH_OPTION_mfa_policy_order, "SMS");
	assert_int_equal(verdict_of(lines), GENAUTH_THROTTLED);
	lines[5].replies[0] = "{\"statusCode\":422,\"apiCode\":2120008}";
	assert_int_equal(verdict_of(lines), GENAUTH_DISABLED);
	assert_int_equal(asked_count, 0);
}

/* As an apiCode, or as the code of the old API. */
static void
genauths_code_may_be_wrong_too(void **state)
{
	static const char *const wrong[] = { WRONG,
	    "{\"code\":403,\"apiCode\":6001}", "{\"code\":2001}",
	    "{\"code\":2300}" };

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	typed[0] = "111111";
	typed[1] = "222222";
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct script lines[] = GENAUTH(wrong[i], USER);

		assert_int_equal(verdict_of(lines), GENAUTH_OK);
		assert_int_equal(asked_count, 2);
	}
}

static void
somebody_elses_factor_is_none(void **state)
{
	static const struct {
		const char *user;
		enum genauth_verdict verdict;
		const char *account;	/* NULL: alice */
	} rows[] = {
		{ "\"id\":\"6\",\"email\":\"a@example.com\"", GENAUTH_OK,
		    "a@example.com" },
		{ "\"id\":\"6\",\"email\":\"b@example.com\"",
		    GENAUTH_DENIED, "a@example.com" },
		{ "\"id\":\"6\",\"phone\":\"13800001234\"", GENAUTH_OK,
		    "+8613800001234" },
		{ "\"id\":\"6\",\"phone\":\"13800001235\"",
		    GENAUTH_DENIED, "13800001234" },
		{ "\"id\":\"6\",\"phone\":\"4\"", GENAUTH_DENIED,
		    "13800001234" },
		{ "\"id\":\"6\",\"phone\":\"13800001234\"",
		    GENAUTH_DENIED, "1234" },
		{ "\"id\":\"6\",\"username\":\"ALICE\"", GENAUTH_OK, NULL },
		{ "\"id\":\"6\",\"username\":\"bob\"", GENAUTH_DENIED, NULL },
		{ "\"id\":\"6\"", GENAUTH_DENIED, NULL },
		{ "\"id\":\"\",\"username\":\"alice\"", GENAUTH_DENIED, NULL },
		{ "\"id\":6,\"username\":\"alice\"", GENAUTH_DENIED, NULL },
		{ "\"username\":\"alice\"", GENAUTH_DENIED, NULL },
		{ "\"id\":\"6\",\"username\":null,\"email\":\"alice\"",
		    GENAUTH_DENIED, NULL },
		{ "\"id\":\"6\",\"nickname\":\"alice\"", GENAUTH_DENIED, NULL },
	};

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	typed[0] = "123456";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char reply[256];
		struct script lines[] = GENAUTH(reply);

		snprintf(reply, sizeof(reply),
		    "{\"code\":200,\"data\":{%s}}", rows[i].user);
		account = rows[i].account != NULL ? rows[i].account : "alice";
		assert_int_equal(verdict_of(lines), rows[i].verdict);
	}
	account = "alice";
}

static void
tokens_are_exchanged_or_nobody_gets_in(void **state)
{
	static const long long others[] = { 199, 300, 302, 400 };
	struct script lines[] = GENAUTH(USER);
	struct genauth_answer answer;

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	set(GENAUTH_OPTION_mfa_token_exchange, "yes");
	typed[0] = "123456";
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_string_equal(answer.access_token.data, "x.y.z");
	assert_contains(sent[2].body, "grant_type=http%3A%2F%2Fgenauth.ai%2F"
	    "oidc%2Fgrant_type%2Fgenauth_token&token=v2&scope=openid%20");
	genauth_answer_free(&answer);

	/* Who does not know the new name may know the old one. */
	lines[6].replies[0] = "{\"error\":\"unsupported_grant_type\"}";
	lines[6].replies[1] = TOKENS;
	assert_int_equal(verdict_of(lines), GENAUTH_OK);
	assert_contains(sent[3].body, "authing.cn%2Foidc%2Fgrant_type%2F"
	    "authing_token&token=v2");
	lines[6].replies[0] = "{\"error\":\"invalid_grant\"}";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	assert_int_equal(count_of(GENAUTH_TOKEN_ENDPOINT), 1);
	lines[6].replies[0] = "{\"id_token\":\"e30.e30.c2ln\"}";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	/* Tokens that nobody could take up are none. */
	lines[6].replies[0] = "{\"access_token\":\"\"}";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	lines[6].replies[0] = "{\"access_token\":\"x\","
	    "\"error\":\"invalid_grant\"}";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	lines[6].replies[0] = "{\"access_token\":\"x y\"}";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	lines[6].replies[0] = NULL;
	assert_int_equal(verdict_of(lines), GENAUTH_UNAVAILABLE);
	lines[6].replies[0] = TOKENS;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		lines[6].status = others[i];
		assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	}
	lines[1].replies[0] = "{\"code\":200,\"data\":{\"id\":\"6\","
	    "\"username\":\"alice\"}}";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	assert_int_equal(count_of(GENAUTH_TOKEN_ENDPOINT), 0);
}

/* ---- with identity = required ------------------------------------------- */

/* "username": "alice", "sub": "s-1", "aud" and an "exp" far away. */
#define PROOF "e30.eyJ1c2VybmFtZSI6ImFsaWNlIiwic3ViIjoicy0xIiwiYXVkIjoiMDEyMzQ1" \
	"Njc4OWFiY2RlZjAxMjM0NTY3IiwiZXhwIjo5OTk5OTk5OTk5OX0.c2ln"
#define PROVEN "{\"statusCode\":200,\"message\":\"ok\",\"data\":" \
	"{\"access_token\":\"a.b.c\",\"id_token\":\"" PROOF "\"}}"

static void
a_factor_is_asked_of_the_right_person(void **state)
{
	struct script lines[] = HOST(VERIFIED);
	struct genauth_answer answer;

	(void)state;
	set(GENAUTH_OPTION_identity, "required");
	set(GENAUTH_OPTION_second_factor, "required");
	typed[0] = typed[1] = typed[2] = "123456";
	assert_int_equal(verdict_of(lines), GENAUTH_DENIED);
	assert_int_equal(sent_count, 1);
	lines[0].replies[0] = PROVEN;
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_int_equal(answer.proven, 1);
	assert_string_equal(answer.sub, "s-1");
	genauth_answer_free(&answer);
	/* Whose code is wrong is nobody yet. */
	lines[2].replies[0] = NOT_VERIFIED;
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_DENIED);
	assert_int_equal(answer.proven, 0);
	genauth_answer_free(&answer);
}

static void
after_genauths_factor_only_a_token_proves(void **state)
{
	struct script lines[] = GENAUTH(USER);
	struct genauth_answer answer;

	(void)state;
	set(GENAUTH_OPTION_identity, "required");
	set(GENAUTH_OPTION_mfa, "ask");
	typed[0] = "123456";
	/* Nobody is asked in vain. */
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_STEP_NEEDED);
	assert_contains(answer.reason, "without mfa_token_exchange");
	assert_int_equal(asked_count, 0);
	genauth_answer_free(&answer);
	set(GENAUTH_OPTION_mfa_token_exchange, "yes");
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_DENIED);
	assert_contains(answer.reason, "has no aud");
	genauth_answer_free(&answer);
	lines[6].replies[0] = "{\"access_token\":\"x.y.z\",\"id_token\":\""
	    PROOF "\"}";
	log_in(lines, &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_int_equal(answer.proven, 1);
	assert_string_equal(answer.sub, "s-1");
	assert_contains(sent[2].body, "scope=openid%20profile%20username");
	genauth_answer_free(&answer);
}

/* ---- each field of each reply --------------------------------------------- */

static const char *const values[] = { "null", "true", "false", "0", "1",
    "200", "200.0", "2333", "\"\"", "\"x\"", "\"200\"", "\"true\"", "[]",
    "[{}]", "{}", "{\"a\":1}" };
#define VALUE_COUNT (sizeof(values) / sizeof(values[0]))

/* The fields that nothing depends on, or not on which text they are. */
static bool
is_idle(const char *name, struct json_object *value)
{
	static const char *const idle[] = { "message", "factorId", "profile",
	    "token", "id_token", "mfaEmail", "mfaPhone",
	    "mfaPhoneCountryCode", "a" };

	for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
		if (strcmp(idle[i], name) == 0)
			return true;
	return json_object_is_type(value, json_type_string) &&
	    (strcmp(name, "factorType") == 0 || (strcmp(name, "id") == 0 &&
	    json_object_get_string_len(value) > 0));
}

/*
 * Logs in with each change of what is in value, part of the reply; may be let
 * in only where GenAuth has seen the code.  Returns how many there were.
 */
static unsigned
change_each(struct script *lines, struct script *line,
    struct json_object *reply, struct json_object *value)
{
	const char *verify = line->path == lines[0].path ? NULL : line->path;
	unsigned count = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += change_each(lines, line, reply,
			    json_object_array_get_idx(value, i));
		return count;
	}
	if (!json_object_is_type(value, json_type_object))
		return 0;
	json_object_object_foreach(value, name, old) {
		struct json_object *kept = json_object_get(old);
		struct genauth_answer answer;

		count += change_each(lines, line, reply, kept);
		for (size_t i = 0; i <= VALUE_COUNT; i++) {
			if (i < VALUE_COUNT)
				json_object_object_add(value, name,
				    json_tokener_parse(values[i]));
			else
				json_object_object_add(value, name,
				    json_object_new_object());
			if (json_object_equal(json_object_object_get(value,
			    name), kept))
				continue;
			line->replies[0] = json_object_to_json_string(reply);
			log_in(lines, &answer);
			count++;
			/* Nobody gets in whose code GenAuth has not seen. */
			if (answer.verdict == GENAUTH_OK)
				assert_true(answer.factor !=
				    GENAUTH_FACTOR_NONE && asked_count > 0);
			/* What the verdict of GenAuth hangs on. */
			if (verify != NULL && answer.verdict == GENAUTH_OK &&
			    !is_idle(name, json_object_object_get(value,
			    name)))
				fail_msg("%s: %s let in", verify,
				    line->replies[0]);
			genauth_answer_free(&answer);
		}
		json_object_object_add(value, name, kept);
	}
	return count;
}

static void
change_the_replies(struct script *lines, size_t line_count, unsigned least)
{
	unsigned count = 0;

	for (size_t i = 0; i < line_count; i++) {
		const char *good = lines[i].replies[0];
		struct json_object *reply = json_tokener_parse(good);

		assert_int_equal(verdict_of(lines), GENAUTH_OK);
		count += change_each(lines, &lines[i], reply, reply);
		json_object_put(reply);
		lines[i].replies[0] = good;
	}
	assert_true(count >= least);
}

static void
no_changed_reply_lets_in_without_the_hosts_factor(void **state)
{
	struct script lines[] = HOST(VERIFIED);

	(void)state;
	set(GENAUTH_OPTION_second_factor, "required");
	typed[0] = typed[1] = typed[2] = "123456";
	change_the_replies(lines, 3, 150);
}

static void
no_changed_reply_lets_in_without_genauths_factor(void **state)
{
	struct script lines[] = GENAUTH(USER);

	(void)state;
	set(GENAUTH_OPTION_mfa, "ask");
	typed[0] = typed[1] = typed[2] = "123456";
	change_the_replies(lines, 2, 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
		TEST(nothing_is_asked_that_is_not_demanded),
		TEST(the_right_code_lets_in),
		TEST(who_has_none_is_let_in_or_not),
		TEST(a_code_may_be_wrong_a_few_times),
		TEST(what_fails_refuses),
		TEST(what_is_missing_refuses),
		TEST(a_demand_is_refused_unless_it_may_be_asked),
		TEST(the_factor_is_the_first_of_the_order),
		TEST(what_cannot_be_asked_is_a_step),
		TEST(a_code_that_cannot_be_sent_is_not_asked_for),
		TEST(genauths_code_may_be_wrong_too),
		TEST(somebody_elses_factor_is_none),
		TEST(tokens_are_exchanged_or_nobody_gets_in),
		TEST(a_factor_is_asked_of_the_right_person),
		TEST(after_genauths_factor_only_a_token_proves),
		TEST(no_changed_reply_lets_in_without_the_hosts_factor),
		TEST(no_changed_reply_lets_in_without_genauths_factor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
