/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reply means: every row of apicodes.def, and replies that are odd. */
#include "unit.h"

#include <openssl/evp.h>

#include "genauth/apicodes.h"
#include "genauth/reply.h"

static struct genauth_options options;

#define TOKENS "\"id_token\":\"e30.e30.c2ln\",\"access_token\":\"d.e.f\""
#define GOOD "{\"statusCode\":200,\"message\":\"ok\",\"requestId\":\"r-1\"," \
	"\"data\":{" TOKENS ",\"scope\":\"openid\",\"token_type\":\"Bearer\"," \
	"\"expire_in\":7200}}"

static enum genauth_verdict
judge(long long http_status, const char *text)
{
	struct genauth_answer answer = { .http_status = http_status };
	enum genauth_verdict verdict;

	genauth_reply_judge(text, strlen(text), &options, "alice", &answer);
	verdict = answer.verdict;
	assert_true(answer.reason[0] != '\0');
	/* Tokens come with OK or not at all. */
	if (verdict != GENAUTH_OK) {
		assert_null(answer.id_token.data);
		assert_null(answer.access_token.data);
	}
	genauth_answer_free(&answer);
	return verdict;
}

static void
the_good_reply_is_accepted(void **state)
{
	struct genauth_answer answer = { .http_status = 200 };

	(void)state;
	genauth_reply_judge(GOOD, strlen(GOOD), &options, "alice", &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_string_equal(answer.request_id, "r-1");
	assert_string_equal(answer.id_token.data, "e30.e30.c2ln");
	/* Whatever export_tokens says: who exports decides. */
	assert_string_equal(answer.access_token.data, "d.e.f");
	genauth_answer_free(&answer);
	assert_int_equal(judge(201, GOOD), GENAUTH_OK);
	assert_int_equal(judge(299, GOOD), GENAUTH_OK);
}

static void
http_errors_are_no_success(void **state)
{
	static const long long statuses[] = { 0, 100, 199, 300, 301, 302, 307,
	    400, 401, 403, 404, 500, 502, 503, 599 };

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		assert_int_equal(judge(statuses[i], GOOD),
		    GENAUTH_UNAVAILABLE);
	/* That one throttles, whatever the body says. */
	assert_int_equal(judge(429, GOOD), GENAUTH_THROTTLED);
	assert_int_equal(judge(429, "{\"statusCode\":403,\"apiCode\":2333}"),
	    GENAUTH_THROTTLED);
}

/* Replaces the first occurrence of a part of GOOD. */
static enum genauth_verdict
changed(const char *part, const char *other)
{
	const char *at = strstr(GOOD, part);
	char text[1024];

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - GOOD), GOOD, other,
	    at + strlen(part));
	return judge(200, text);
}

static void
what_contradicts_or_is_broken_is_refused(void **state)
{
	static const struct {
		const char *part, *other;
		enum genauth_verdict verdict;
	} changes[] = {
#define NO GENAUTH_UNAVAILABLE
		{ "200", "\"200\"", NO }, { "200", "200.0", NO },
		{ "200", "200.5", NO }, { "200", "true", NO },
		{ "200", "2e2", NO }, { "200", "null", NO },
		{ "200", "[200]", NO }, { "200", "{\"statusCode\":200}", NO },
		{ "200", "201", GENAUTH_DENIED }, { "200", "0", GENAUTH_DENIED },
		{ "200", "-200", GENAUTH_DENIED },
		{ "200", "4294967496", GENAUTH_DENIED },
		{ "200", "18446744073709551816", GENAUTH_DENIED },
		{ "\"statusCode\":200,", "", NO },
		{ "\"statusCode\":200,",
		    "\"statusCode\":200,\"statusCode\":200,", NO },
		{ "\"statusCode\":200,",
		    "\"statusCode\":403,\"statusCode\":200,", NO },
		{ "statusCode", "StatusCode", NO }, { "statusCode", "code", NO },
		{ "\"message\"", "\"apiCode\":2333,\"message\"",
		    GENAUTH_DENIED },
		{ "\"message\"", "\"apiCode\":\"1636\",\"message\"",
		    GENAUTH_STEP_NEEDED },
		{ "\"message\":\"ok\",",
		    "\"message\":\"ok\",\"message\":\"ok\",", NO },
		{ "\"data\":{", "\"data\":[{", NO },
		{ "\"e30.e30.c2ln\"", "\"a\\u0000b\"", NO },
		{ "\"expire_in\"", "\"expire_in\":1,\"expire_in\"", NO },
		{ "}}", "}", NO }, { "}}", "}}}", NO }, { "}}", "}}{}", NO },
		{ "{\"status", "[{\"status", NO },
#undef NO
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (changed(changes[i].part, changes[i].other) !=
		    changes[i].verdict)
			fail_msg("%s -> %s", changes[i].part,
			    changes[i].other);
}

static void
what_merely_differs_is_accepted(void **state)
{
	static const struct {
		const char *part, *other;
	} changes[] = {
		{ "{\"status", "\xef\xbb\xbf{\"status" },
		{ "\"ok\"", "1" }, { "\"ok\"", "{}" }, { "\"ok\"", "null" },
		{ "\"message\":\"ok\",", "" },
		{ "\"r-1\"", "1" }, { "\"r-1\"", "{}" },
		{ "\"requestId\":\"r-1\",", "" },
		{ "\"message\"", "\"apiCode\":20001,\"message\"" },
		{ "\"message\"", "\"apiCode\":\"20001\",\"message\"" },
		{ "\"message\"", "\"apiCode\":0,\"message\"" },
		{ "\"message\"", "\"apiCode\":987654,\"message\"" },
		{ "\"message\"", "\"apiCode\":null,\"message\"" },
		{ "\"message\"", "\"apiCode\":\"x\",\"message\"" },
		{ "\"message\"", "\"apiCode\":{},\"message\"" },
		{ "\"data\"", "\"Data\"" },
		{ "\"e30.e30.c2ln\"", "1" }, { "\"e30.e30.c2ln\"", "\"\"" },
		{ "\"e30.e30.c2ln\"", "{}" },
		{ "\"e30.e30.c2ln\"", "\"eyJhbGxxxx\"" },
		{ "\"d.e.f\"", "true" }, { "\"d.e.f\"", "\"\"" },
		{ "\"d.e.f\"", "\"d e\"" }, { "\"d.e.f\"", "\"d\\u001b\"" },
		{ TOKENS ",", "" }, { TOKENS, "\"tokens\":{" TOKENS "}" },
		{ "\"id_token\":\"e30.e30.c2ln\",", "" },
		{ "\"openid\"", "[\"openid\"]" }, { "\"openid\"", "null" },
		{ "\"scope\":\"openid\",", "" },
		{ "\"Bearer\"", "\"xxx\"" }, { "\"Bearer\"", "1" },
		{ "\"Bearer\"", "null" }, { ",\"token_type\":\"Bearer\"", "" },
		{ "7200", "\"7200\"" }, { "7200", "0" }, { "7200", "7200.0" },
		{ ",\"expire_in\":7200", "" }, { "expire_in", "expires_in" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (changed(changes[i].part, changes[i].other) != GENAUTH_OK)
			fail_msg("refused: %s -> %s", changes[i].part,
			    changes[i].other);
	assert_int_equal(judge(200, "{\"statusCode\":200}"), GENAUTH_OK);
	assert_int_equal(judge(200, "{\"statusCode\":200,\"data\":[1]}"),
	    GENAUTH_OK);
}

/* Only what is exported must fit an environment. */
static void
tokens_are_as_long_as_they_like(void **state)
{
	struct genauth_answer answer = { .http_status = 200 };
	static const char start[] =
	    "{\"statusCode\":200,\"data\":{\"id_token\":\"";
	size_t size = 200 * 1024;
	char *text = malloc(size + 100);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text, start, strlen(start));
	strcpy(text + size, "\"}}");
	genauth_reply_judge(text, strlen(text), &options, "alice", &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_null(answer.id_token.data);
	genauth_answer_free(&answer);
	free(text);
}

static void
every_api_code_has_its_verdict(void **state)
{
	static const struct {
		long long code;
		enum genauth_verdict verdict;
	} rows[] = {
#define APICODE(code, verdict, meaning, advice) { code, GENAUTH_##verdict },
#define STATUSCODE(...)
#include "genauth/apicodes.def"
#undef APICODE
#undef STATUSCODE
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(rows[i].code, rows[k].code);
		if (rows[i].verdict == GENAUTH_OK)
			continue;
		/* As a number, as a string, and beside a false 200. */
		snprintf(text, sizeof(text), "{\"statusCode\":403,"
		    "\"apiCode\":%lld,\"message\":\"m\"}", rows[i].code);
		assert_int_equal(judge(200, text), rows[i].verdict);
		assert_int_equal(judge(403, text), rows[i].verdict);
		snprintf(text, sizeof(text), "{\"statusCode\":499,"
		    "\"apiCode\":\"%lld\"}", rows[i].code);
		assert_int_equal(judge(200, text), rows[i].verdict);
		snprintf(text, sizeof(text), "{\"statusCode\":200,"
		    "\"apiCode\":%lld,\"message\":\"m\",\"data\":{" TOKENS "}}",
		    rows[i].code);
		assert_int_equal(judge(200, text), rows[i].verdict);
	}
}

/* Written out, so that a slip in the table is seen. */
static void
the_codes_that_matter_most(void **state)
{
	static const struct {
		long long code;
		enum genauth_verdict verdict;
	} rows[] = {
		{ 2333, GENAUTH_DENIED }, { 2006, GENAUTH_DENIED },
		{ 2004, GENAUTH_DENIED }, { 2005, GENAUTH_LOCKED },
		{ 2057, GENAUTH_LOCKED }, { 2000, GENAUTH_LOCKED },
		{ 1643, GENAUTH_LOCKED }, { 2120008, GENAUTH_DISABLED },
		{ 2130010, GENAUTH_DISABLED }, { 2036, GENAUTH_DISABLED },
		{ 1639, GENAUTH_PASSWORD_CHANGE },
		{ 2058, GENAUTH_PASSWORD_CHANGE },
		{ 2071, GENAUTH_PASSWORD_CHANGE },
		{ 1635, GENAUTH_STEP_NEEDED }, { 1636, GENAUTH_STEP_NEEDED },
		{ 2921, GENAUTH_STEP_NEEDED }, { 1002, GENAUTH_THROTTLED },
		{ 2011, GENAUTH_CONFIG }, { 2016, GENAUTH_CONFIG },
		{ 2820002, GENAUTH_CONFIG }, { 1000, GENAUTH_UNAVAILABLE },
		{ 999999, GENAUTH_DENIED }, { 20001, GENAUTH_CONFIG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(genauth_apicodes_explain(true, rows[i].code,
		    400).verdict, rows[i].verdict);
	assert_int_equal(genauth_apicodes_explain(true, 20001, 200).verdict,
	    GENAUTH_OK);
}

static void
status_codes_without_api_code(void **state)
{
	static const struct {
		long long code;
		enum genauth_verdict verdict;
	} rows[] = {
		{ 400, GENAUTH_CONFIG }, { 401, GENAUTH_DENIED },
		{ 402, GENAUTH_CONFIG }, { 403, GENAUTH_DENIED },
		{ 404, GENAUTH_CONFIG }, { 409, GENAUTH_DENIED },
		{ 413, GENAUTH_CONFIG }, { 422, GENAUTH_CONFIG },
		{ 429, GENAUTH_THROTTLED }, { 499, GENAUTH_CONFIG },
		{ 500, GENAUTH_UNAVAILABLE }, { 501, GENAUTH_UNAVAILABLE },
		{ 502, GENAUTH_UNAVAILABLE }, { 503, GENAUTH_UNAVAILABLE },
		{ 601, GENAUTH_UNAVAILABLE }, { 602, GENAUTH_UNAVAILABLE },
		{ 603, GENAUTH_UNAVAILABLE }, { 302, GENAUTH_STEP_NEEDED },
		{ 201, GENAUTH_DENIED }, { 0, GENAUTH_DENIED },
		{ -1, GENAUTH_DENIED }, { 777, GENAUTH_DENIED },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "{\"statusCode\":%lld}",
		    rows[i].code);
		assert_int_equal(judge(200, text), rows[i].verdict);
		/* A reason that we do not know is still the person's. */
		snprintf(text, sizeof(text),
		    "{\"statusCode\":%lld,\"apiCode\":123456}", rows[i].code);
		assert_int_equal(judge(200, text),
		    rows[i].verdict == GENAUTH_CONFIG ? GENAUTH_DENIED :
		    rows[i].verdict);
	}
}

static void
replies_that_are_no_envelope(void **state)
{
	static const char *const texts[] = { "", "{}", "[]", "null", "OK",
	    "<html><body>200</body></html>", "{\"code\":200}",
	    "{\"statusCode\":\"403\"}", "{\"statusCode\":403,\"message\":}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(judge(200, texts[i]), GENAUTH_UNAVAILABLE);
		assert_int_equal(judge(403, texts[i]), GENAUTH_UNAVAILABLE);
		assert_int_equal(judge(503, texts[i]), GENAUTH_UNAVAILABLE);
		assert_int_equal(judge(429, texts[i]), GENAUTH_THROTTLED);
	}
}

/* A reply whose id_token has these claims, for that account. */
static enum genauth_verdict
judge_claims(const char *claims, const char *account, const char *type)
{
	struct genauth_answer answer = { .http_status = 200 };
	struct genauth_failure failure;
	enum genauth_verdict verdict;
	char payload[512], text[1024];

	EVP_EncodeBlock((unsigned char *)payload, (const unsigned char *)claims,
	    (int)strlen(claims));
	/* base64url has no padding, and other characters for two. */
	payload[strcspn(payload, "=")] = '\0';
	for (char *p = payload; *p != '\0'; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	snprintf(text, sizeof(text), "{\"statusCode\":200,\"message\":\"ok\","
	    "\"data\":{\"id_token\":\"e30.%s.c2ln\",\"token_type\":"
	    "\"Bearer\",\"expire_in\":7200}}", payload);
	assert_true(genauth_options_set(&options, GENAUTH_OPTION_account_type,
	    type, GENAUTH_PLACE_FILE, &failure));
	genauth_reply_judge(text, strlen(text), &options, account, &answer);
	verdict = answer.verdict;
	if (verdict != GENAUTH_OK)
		assert_null(answer.id_token.data);
	genauth_answer_free(&answer);
	assert_true(genauth_options_set(&options, GENAUTH_OPTION_account_type,
	    "account", GENAUTH_PLACE_FILE, &failure));
	return verdict;
}

static void
tokens_of_other_accounts_are_refused(void **state)
{
	static const struct {
		const char *claims, *account, *type;
		enum genauth_verdict verdict;
	} rows[] = {
#define OWN GENAUTH_OK
#define OTHER GENAUTH_DENIED
		{ "{\"username\":\"alice\"}", "alice", "account", OWN },
		{ "{\"username\":\"Alice\"}", "alice", "account", OWN },
		{ "{\"username\":\"mallory\"}", "alice", "account", OTHER },
		{ "{\"username\":\"alice2\"}", "alice", "account", OTHER },
		{ "{\"username\":\"mallory\",\"email\":\"alice\"}", "alice",
		    "account", OTHER },
		{ "{\"username\":null}", "alice", "account", OWN },
		{ "{\"username\":7}", "alice", "account", OWN },
		{ "{\"username\":\"\"}", "alice", "account", OWN },
		{ "{\"sub\":\"1\"}", "alice", "account", OWN },
		/* An account with '@' may be either. */
		{ "{\"username\":\"mallory\"}", "a@x.example", "account", OWN },
		{ "{\"username\":\"mallory\",\"email\":\"A@x.example\"}",
		    "a@x.example", "account", OWN },
		{ "{\"username\":\"mallory\",\"email\":\"m@x.example\"}",
		    "a@x.example", "account", OTHER },
		{ "{\"email\":\"m@x.example\"}", "a@x.example", "email", OTHER },
		{ "{\"email\":\"a@x.example\"}", "a@x.example", "email", OWN },
		{ "{\"username\":\"mallory\"}", "a@x.example", "email", OWN },
		{ "{\"username\":\"mallory\"}", "alice", "username", OTHER },
		{ "{\"phone_number\":\"+8613900000001\"}", "13900000001",
		    "phone", OWN },
		{ "{\"phone_number\":\"13900000001\"}", "+8613900000001",
		    "phone", OWN },
		{ "{\"phone_number\":\"13900000002\"}", "13900000001",
		    "phone", OTHER },
		{ "{\"username\":\"m\",\"phone_number\":\"13900000002\"}",
		    "13900000001", "account", OTHER },
		{ "{\"phone_number\":\"+86 139-0000-0001\"}", "13900000001",
		    "phone", OWN },
		{ "{\"phone_number\":\"+4915112345678\"}", "015112345678",
		    "phone", OWN },
		{ "{\"phone_number\":\"1\"}", "13900000001", "phone", OWN },
		{ "{\"phone_number\":\"13900000001\"}", "alice", "phone",
		    OTHER },
		{ "{\"phone_number\":\"900001\"}", "13900000002", "phone",
		    OTHER },
		/* White space is legal, and hides nothing. */
		{ " {\"username\":\"m\"}", "alice", "account", OTHER },
		{ "{\"username\":\"m\"} \n", "alice", "account", OTHER },
		{ "\xef\xbb\xbf{\"username\":\"m\"}", "alice", "account",
		    OTHER },
		{ "{\"username\":\"m\"}x", "alice", "account",
		    GENAUTH_UNAVAILABLE },
		/* Not a JWT's payload, and one that hides something. */
		{ "[]", "alice", "account", OWN },
		{ "{\"a\":\"\\u0000\",\"username\":\"m\"}", "alice",
		    "account", GENAUTH_UNAVAILABLE },
		{ "{\"username\":\"alice\",\"username\":\"m\"}", "alice",
		    "account", GENAUTH_UNAVAILABLE },
#undef OWN
#undef OTHER
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (judge_claims(rows[i].claims, rows[i].account,
		    rows[i].type) != rows[i].verdict)
			fail_msg("row %zu: %s for %s", i, rows[i].claims,
			    rows[i].account);
}

/* As some issuers write them. */
static void
padded_claims_are_read(void **state)
{
	(void)state;
	assert_int_equal(changed("\"e30.e30.c2ln\"",
	    "\"e30.eyJ1c2VybmFtZSI6ImJvYmIifQ==.c2ln\""), GENAUTH_DENIED);
	assert_int_equal(changed("\"e30.e30.c2ln\"",
	    "\"e30.eyJ1c2VybmFtZSI6ImFsaWNlIn0=.c2ln\""), GENAUTH_OK);
}

static void
tokens_that_are_no_jwt_say_nothing(void **state)
{
	static const char *const tokens[] = { "\"x\"", "\"a.b\"", "\"..\"",
	    "\"e30.e30\"", "\"e30.e30.x.y\"", "\"e30.!!!!.x\"",
	    "\"e30..x\"", "\"e30.e.x\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		assert_int_equal(changed("\"e30.e30.c2ln\"", tokens[i]),
		    GENAUTH_OK);
}

static void
request_ids_are_plain(void **state)
{
	static const char *const bad[] = { "a b", "a\\nb", "\\u001b[2J", "a\\\"",
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct genauth_answer answer = { .http_status = 200 };

		snprintf(text, sizeof(text), "{\"statusCode\":403,"
		    "\"requestId\":\"%s\"}", bad[i]);
		genauth_reply_judge(text, strlen(text), &options, "alice", &answer);
		assert_string_equal(answer.request_id, "");
		assert_int_equal(answer.verdict, GENAUTH_DENIED);
	}
}

static int
make_options(void **state)
{
	struct genauth_failure failure;

	(void)state;
	return genauth_options_init(&options) && genauth_options_set(&options,
	    GENAUTH_OPTION_export_tokens, "id_token", GENAUTH_PLACE_FILE,
	    &failure) ? 0 : -1;
}

static int
free_options(void **state)
{
	(void)state;
	genauth_options_free(&options);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_good_reply_is_accepted),
		cmocka_unit_test(http_errors_are_no_success),
		cmocka_unit_test(what_contradicts_or_is_broken_is_refused),
		cmocka_unit_test(what_merely_differs_is_accepted),
		cmocka_unit_test(tokens_are_as_long_as_they_like),
		cmocka_unit_test(every_api_code_has_its_verdict),
		cmocka_unit_test(the_codes_that_matter_most),
		cmocka_unit_test(status_codes_without_api_code),
		cmocka_unit_test(replies_that_are_no_envelope),
		cmocka_unit_test(tokens_of_other_accounts_are_refused),
		cmocka_unit_test(padded_claims_are_read),
		cmocka_unit_test(tokens_that_are_no_jwt_say_nothing),
		cmocka_unit_test(request_ids_are_plain),
	};

	return cmocka_run_group_tests_name("reply", tests, make_options,
	    free_options);
}
