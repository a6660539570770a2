/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings: nothing private is in them, and they are judged as the replies
 * that they were made from; so are the replies that GenAuth's documents print.
 */
#include "unit.h"

#include <dirent.h>
#include <json-c/json.h>
#include <openssl/evp.h>

#include "genauth/mfa.h"
#include "genauth/mfa_exchange.h"
#include "genauth/record.h"
#include "genauth/replay.h"
#include "genauth/reply.h"
#include "genauth/second_factor.h"
#include "genauth/signin.h"
#include "genauth/system.h"

static struct genauth_options options;
static char *described;

static void
keep(void *data, const char *json)
{
	(void)data;
	free(described);
	described = strdup(json);
	assert_non_null(described);
}

/* A secret that is somebody else's text. */
static struct genauth_secret
borrow(const char *text)
{
	return (struct genauth_secret){ (char *)text, strlen(text) };
}

/* The description of one exchange; lives until the next. */
static const char *
describe(const char *path, const char *sent, const char *reply)
{
	static const char *const headers[] = { "x-canary: CANARY", "Accept: */*",
	    NULL };
	struct genauth_record record = { .options = &options, .sink = keep };
	struct genauth_secret body = borrow(sent != NULL ? sent : "");
	struct genauth_http_request request = { .path = path,
	    .headers = headers, .user = "CANARY", .password = "CANARY",
	    .body = sent != NULL ? &body : NULL };
	struct genauth_http_response response = { .status = 200,
	    .body = borrow(reply), .header_names = borrow("Date,Set-Cookie,"
	    "X-Canary-alice,65f0c0ffee,\xe9"),
	    .wait_ms = 17 };

	genauth_record_exchange(&record, &request, &response, NULL);
	return described;
}

#define SENT(type, account) "{\"connection\":\"PASSWORD\"," \
	"\"passwordPayload\":{\"" type "\":\"" account "\"," \
	"\"password\":\"CANARY-password\"},\"options\":{\"scope\":\"openid\"," \
	"\"clientIp\":\"203.0.113.77\"},\"client_id\":\"CANARY-app\"," \
	"\"client_secret\":\"CANARY-secret\"}"

/* header.claims.signature; the result lives until the next call. */
static const char *
token_of(const char *header, const char *claims)
{
	static char token[4096];
	const char *const parts[] = { header, claims, "CANARY" };
	size_t length = 0;

	for (int i = 0; i < 3; i++) {
		length += (size_t)EVP_EncodeBlock((unsigned char *)token +
		    length, (const unsigned char *)parts[i],
		    (int)strlen(parts[i]));
		while (token[length - 1] == '=')
			length--;
		token[length++] = '.';
	}
	token[length - 1] = '\0';
	return token;
}

static void
nothing_private_is_shown(void **state)
{
	static const char *const private[] = { "CANARY", "canary", "1390000",
	    "203.0.113", "2001:db8", "alice", "Alice", "example.org",
	    "65f0c0ffee", "hunter2", "4711" };
	char reply[8192];
	const char *shown;

	(void)state;
	snprintf(reply, sizeof(reply), "{\"statusCode\":200,\"number\":"
	    "13900000001,\"message\":\"Welcome alice, CANARY\",\"requestId\":"
	    "\"CANARY\",\"alice\":2,\"my_alice\":3,"
	    "\"a@example.org\":4,\"65f0c0ffee00000000000001\":5,"
	    "\"data\":{\"id_token\":\"%s\",\"access_token\":\"CANARY.x\","
	    "\"token_type\":\"CANARY bearer\",\"scope\":\"openid CANARY\","
	    "\"expire_in\":13900000001,\"code\":471147,\"code2\":\"471147\","
	    "\"phone\":\"+8613900000001\",\"phoneNumber\":13900000001,"
	    "\"clientIp\":[\"203.0.113.77\",\"2001:db8::1\"],\"rate\":4711.5,"
	    "\"url\":\"https://alice.example.org/CANARY\",\"password\":"
	    "\"hunter2\",\"more\":[{\"name\":\"Alice\",\"alg\":\"CANARY\"},"
	    "[[[[[[\"CANARY\"]]]]]]],\"rsa\":{\"publicKey\":\"CANARY\"}}}",
	    token_of("{\"alg\":\"HS256\",\"kid\":\"CANARY\"}",
	    "{\"sub\":\"CANARY\",\"username\":\"Alice\",\"claim\":true,"
	    "\"email\":\"a@example.org\",\"exp\":4711000000,\"x\":{\"y\":"
	    "\"CANARY\"}}"));
	shown = describe(GENAUTH_SIGNIN_ENDPOINT, SENT("account", "alice"),
	    reply);
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		if (strstr(shown, private[i]) != NULL)
			fail_msg("%s is in %s", private[i], shown);
	/* And it is worth reading. */
	assert_contains(shown, "\"statusCode\":200");
	assert_contains(shown, "\"expire_in\":0");
	assert_contains(shown, "\"<name 1>\":0");
	assert_contains(shown, "\"username\":\"<account>\"");
	assert_contains(shown, "\"email\":\"<mail>\"");
	assert_contains(shown, "\"alg\":\"HS256\"");
	assert_contains(shown, "\"clientIp\":[\"<address>\",\"<address>\"]");
	assert_contains(shown, "\"client_secret\":\"<client_secret>\"");
	assert_contains(shown, "\"authorization\"");
	assert_contains(shown, "\"date\",\"set-cookie\",\"<name>\"");
	assert_contains(shown, "\"wait_ms\":17");
}

/* Codes, addresses, tokens; what is asked and what is said stays. */
static void
nothing_private_of_a_second_factor_is_shown(void **state)
{
	static const struct {
		const char *path, *sent, *reply, *shown[2];
	} rows[] = {
		{ GENAUTH_FACTORS_ENDPOINT, NULL, "{\"statusCode\":200,"
		    "\"data\":[{\"factorId\":\"CANARY\",\"factorType\":"
		    "\"SMS\",\"profile\":{\"phoneNumber\":\"13900000001\","
		    "\"phoneCountryCode\":\"+86\",\"email\":"
		    "\"a@example.org\"}},{\"factorType\":\"OTP\"}]}",
		    { "\"factorType\":\"SMS\"", "\"factorType\":\"OTP\"" } },
		{ GENAUTH_TOTP_ENDPOINT, "{\"totp\":\"471147\"}",
		    "{\"statusCode\":200,\"data\":{\"verified\":true}}",
		    { "\"totp\":\"<digits>\"", "\"verified\":true" } },
		{ GENAUTH_SEND_EMAIL_ENDPOINT, "{\"email\":"
		    "\"a@example.org\",\"channel\":\"CHANNEL_VERIFY_MFA\"}",
		    "{\"statusCode\":422,\"apiCode\":2080}",
		    { "\"channel\":\"CHANNEL_VERIFY_MFA\"",
		    "\"apiCode\":2080" } },
		{ GENAUTH_MFA_SMS_ENDPOINT, "{\"phone\":\"13900000001\","
		    "\"phoneCountryCode\":\"+86\",\"code\":\"471147\"}",
		    "{\"code\":2001,\"message\":\"471147\","
		    "\"uniqueId\":\"CANARY\"}",
		    { "\"code\":\"<digits>\"", "\"code\":2001" } },
		{ GENAUTH_MFA_OTP_ENDPOINT, "{\"totp\":\"CANARY\"}",
		    "{\"code\":200,\"data\":{\"id\":\"65f0c0ffee\","
		    "\"username\":\"alice\",\"token\":\"CANARY.CANARY.x\","
		    "\"tokenExpiredAt\":\"CANARY\",\"unionid\":\"CANARY\"}}",
		    { "\"code\":200", "\"tokenExpiredAt\":\"<string>\"" } },
		{ GENAUTH_TOKEN_ENDPOINT, "grant_type=CANARY&token=CANARY",
		    "{\"error\":\"unsupported_grant_type\","
		    "\"error_description\":\"CANARY\"}",
		    { "<30 bytes that are no JSON object>",
		    "\"error\":\"unsupported_grant_type\"" } },
		{ GENAUTH_TOKEN_ENDPOINT, "grant_type=CANARY&token=CANARY",
		    "{\"access_token\":\"CANARY\",\"id_token\":"
		    "\"CANARY.CANARY.CANARY\",\"token_type\":\"Bearer\"}",
		    { "\"access_token\":\"<string>\"",
		    "\"token_type\":\"Bearer\"" } },
	};
	static const char *const private[] = { "CANARY", "1390000",
	    "example.org", "4711", "alice", "65f0c0ffee", "+86" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *shown = describe(rows[i].path, rows[i].sent,
		    rows[i].reply);

		for (size_t k = 0; k < sizeof(private) / sizeof(char *); k++)
			if (strstr(shown, private[k]) != NULL)
				fail_msg("%s is in %s", private[k], shown);
		assert_contains(shown, rows[i].shown[0]);
		assert_contains(shown, rows[i].shown[1]);
		assert_null(strstr(shown, "<name 1>"));
	}
}

static void
bodies_that_are_no_json_are_counted(void **state)
{
	const char *shown;

	(void)state;
	shown = describe("/api/v3/other", "CANARY", "<html>CANARY</html>");
	assert_null(strstr(shown, "CANARY"));
	assert_contains(shown, "<19 bytes that are no JSON object>");
	assert_contains(shown, "<6 bytes that are no JSON object>");
}

#define KEY16 "04abAB0123456789"
#define KEY KEY16 KEY16 KEY16 KEY16 KEY16 KEY16 KEY16 KEY16 KEY16

static void
published_keys_stay(void **state)
{
	const char *shown;

	(void)state;
	shown = describe(GENAUTH_SYSTEM_PATH, NULL, "{\"rsa\":{\"publicKey\":"
	    "\"" KEY "\"},\"publicIps\":[\"203.0.113.77\"]}");
	assert_contains(shown, "\"publicKey\":\"" KEY "\"");
	assert_null(strstr(shown, "203.0.113"));
	shown = describe(GENAUTH_SYSTEM_PATH, NULL, "{\"data\":{\"sm2\":"
	    "{\"publicKey\":\"" KEY "\"}}}");
	assert_contains(shown, "\"publicKey\":\"" KEY "\"");
	/* What is no key is nothing that may stay. */
	shown = describe(GENAUTH_SYSTEM_PATH, NULL, "{\"rsa\":{\"publicKey\":"
	    "\"CANARY" KEY "@\"},\"sm2\":{\"publicKey\":\"CANARY\"}}");
	assert_null(strstr(shown, "CANARY"));
}

/* As it lies in a file. */
static struct json_object *
list_of(const char *json)
{
	struct json_object *list = json_object_new_array();
	struct json_object *exchange = json_tokener_parse(json);

	assert_non_null(exchange);
	assert_int_equal(json_object_array_add(list, exchange), 0);
	return list;
}

static void
large_replies_are_left_out(void **state)
{
	size_t size = 200000;
	char *reply = malloc(size + 32);
	struct json_object *exchanges;
	struct genauth_answer answer;
	const char *shown;

	(void)state;
	assert_non_null(reply);
	memset(reply, ' ', size);
	for (size_t i = 0; i < size; i += 2)
		memcpy(reply + i, "1,", 2);
	memcpy(reply, "{\"statusCode\":200,\"a\":[1111,", 28);
	strcpy(reply + size, "1]}");
	shown = describe(GENAUTH_SIGNIN_ENDPOINT, SENT("account", "alice"),
	    reply);
	assert_true(strlen(shown) <= GENAUTH_RECORD_LIMIT);
	assert_contains(shown, "<too large to show>");
	/* There is nothing to judge then. */
	exchanges = list_of(shown);
	assert_false(genauth_replay(exchanges, 0, &answer));
	json_object_put(exchanges);
	free(reply);
}

/* What the reply itself is, and what becomes of its recording. */
static void
compare(const char *sent, const char *type, const char *account,
    const char *reply)
{
	struct genauth_answer direct = { .http_status = 200 }, replayed;
	struct genauth_failure failure;
	struct json_object *exchanges;

	assert_true(genauth_options_set(&options, GENAUTH_OPTION_account_type,
	    type, GENAUTH_PLACE_FILE, &failure));
	genauth_reply_judge(reply, strlen(reply), &options, account, &direct);
	exchanges = list_of(describe(GENAUTH_SIGNIN_ENDPOINT, sent, reply));
	assert_true(genauth_replay(exchanges, 0, &replayed));
	if (replayed.verdict != direct.verdict)
		fail_msg("%s is %s, replayed %s (%s)", reply,
		    genauth_verdict_name(direct.verdict),
		    genauth_verdict_name(replayed.verdict), described);
	assert_string_equal(replayed.reason, direct.reason);
	genauth_answer_free(&direct);
	genauth_answer_free(&replayed);
	json_object_put(exchanges);
}

/* Of a login with identity = required: the rest of what is looked at. */
static const char *const proofs[] = { "", "\"aud\":\"CANARY-app\"",
	"\"aud\":\"CANARY-app\",\"exp\":99999999998",
	"\"aud\":\"CANARY-app\",\"exp\":99999999998.5,"
	"\"email_verified\":true,\"phone_number_verified\":true",
	"\"aud\":[7,\"x\",\"CANARY-app\"],\"exp\":1e300,"
	"\"email_verified\":false,\"phone_number_verified\":false",
	"\"aud\":[\"CANARY\"],\"exp\":99999999998",
	"\"aud\":null,\"exp\":99999999998",
	"\"aud\":\"CANARY-app\",\"exp\":1000000000",
	"\"aud\":\"CANARY-app\",\"exp\":1000000000.5",
	"\"aud\":\"CANARY-app\",\"exp\":\"99999999998\"",
	"\"aud\":\"CANARY-app\",\"exp\":1e999,\"email_verified\":1" };

/* As compare, with each of the proofs put to the claims. */
static void
compare_proofs(const char *sent, const char *type, const char *account,
    const char *claims)
{
	char text[1024], reply[4096];
	const char *rest = strchr(claims, '{');

	assert_non_null(rest);
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		snprintf(text, sizeof(text), "{%s%s%s", proofs[i],
		    proofs[i][0] != '\0' && rest[1] != '}' ? "," : "", rest +
		    1);
		snprintf(reply, sizeof(reply), "{\"statusCode\":200,\"data\":"
		    "{\"id_token\":\"%s\"}}", token_of("{}", text));
		compare(sent, type, account, reply);
	}
}

static void
set_identity(const char *word)
{
	struct genauth_failure failure;

	assert_true(genauth_options_set(&options, GENAUTH_OPTION_identity,
	    word, GENAUTH_PLACE_FILE, &failure));
}

static void
recordings_are_judged_as_the_replies(void **state)
{
	static const char *const replies[] = { "{\"statusCode\":200}",
	    "{\"statusCode\":\"200\"}", "{\"statusCode\":200.0}",
	    "{\"statusCode\":403,\"apiCode\":2333}", "", "<html>", "[]",
	    "{\"statusCode\":403,\"apiCode\":\"2005\"}",
	    "{\"statusCode\":200,\"apiCode\":1636}",
	    "{\"statusCode\":200,\"apiCode\":20001,\"data\":null}",
	    "{\"statusCode\":429}", "{\"statusCode\":404,\"apiCode\":2004}",
	    "{\"statusCode\":400,\"apiCode\":12345678901}",
	    "{\"statusCode\":400,\"apiCode\":\"12345678901\"}",
	    "{\"statusCode\":400,\"apiCode\":\"-5\"}",
	    "{\"statusCode\":200,\"apiCode\":\"1636\"}",
	    "{\"statusCode\":403,\"apiCode\":\"2005\"}",
	    "{\"statusCode\":200e}", "{\"statusCode\":184467441.3709}",
	    "{\"statusCode\":4294967496}",
	    "{\"statusCode\":200,\"passwordPayload\":{\"account\":\"zzz\"}}",
	    "{\"statusCode\":200,\"statusCode\":200}",
	    "{\"statusCode\":200,\"data\":{\"id_token\":\"eyJhbGxxxx\"}}" };
	static const char *const claims[] = { "{}", "{\"username\":\"alice\"}",
	    "{\"username\":\"ALICE\"}", "{\"username\":\"mallory\"}",
	    "{\"username\":null}", "{\"username\":7}", "{\"username\":\"\"}",
	    "{\"username\":\"m\",\"email\":\"alice@example.org\"}",
	    "{\"username\":\"m\",\"email\":\"m@example.org\"}",
	    "{\"phone_number\":\"+8613900000001\"}",
	    "{\"phone_number\":\"13900000001\"}",
	    "{\"phone_number\":\"13900000002\"}", "{\"a\":1,\"a\":2}",
	    "{\"username\":\"openid\"}", "{\"username\":\"x.e30.y\"}",
	    "{\"username\":\"120230001\"}", "{\"username\":\"1\"}",
	    "{\"phone_number\":\"+86-13900000001\"}",
	    "{\"phone_number\":\"139 0000 0001\"}", " {\"username\":\"m\"}" };
	static const struct {
		const char *sent, *type, *account;
	} logins[] = {
		{ SENT("account", "alice"), "account", "alice" },
		{ SENT("account", "alice@example.org"), "account",
		    "alice@example.org" },
		{ SENT("email", "alice@example.org"), "email",
		    "alice@example.org" },
		{ SENT("phone", "13900000001"), "phone", "13900000001" },
		{ SENT("account", "+8613900000001"), "account",
		    "+8613900000001" },
		{ SENT("username", "alice"), "username", "alice" },
		{ SENT("username", "20230001"), "username", "20230001" },
		{ SENT("account", "1636"), "account", "1636" },
		{ SENT("account", "2005"), "account", "2005" },
		{ SENT("account", "password"), "account", "password" },
		{ SENT("account", "x.e30.y"), "account", "x.e30.y" },
	};
	char reply[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		for (size_t k = 0; k < sizeof(replies) / sizeof(char *); k++)
			compare(logins[i].sent, logins[i].type,
			    logins[i].account, replies[k]);
		for (size_t k = 0; k < sizeof(claims) / sizeof(char *); k++) {
			snprintf(reply, sizeof(reply), "{\"statusCode\":200,"
			    "\"data\":{\"id_token\":\"%s\"}}", token_of(
			    "{\"alg\":\"HS256\"}", claims[k]));
			compare(logins[i].sent, logins[i].type,
			    logins[i].account, reply);
			set_identity("required");
			compare_proofs(logins[i].sent, logins[i].type,
			    logins[i].account, claims[k]);
			set_identity("if_present");
		}
	}
}

/* ---- a login with a second factor, recorded ---- */

#define EXCHANGE(path, reply) "{\"request\":{\"method\":\"POST\"," \
	"\"path\":\"" path "\",\"body\":{\"passwordPayload\":" \
	"{\"account\":\"<account>\"}}},\"response\":{\"http_status\":200," \
	"\"body\":" reply "}}"
#define SIGNED_IN EXCHANGE(GENAUTH_SIGNIN_ENDPOINT, "{\"statusCode\":200," \
	"\"data\":{\"access_token\":\"<string>\"}}")
#define DEMANDED EXCHANGE(GENAUTH_SIGNIN_ENDPOINT, "{\"statusCode\":403," \
	"\"apiCode\":1636,\"data\":{\"mfaToken\":{\"<jwt>\":{\"header\":" \
	"{},\"claims\":{}}},\"totpMfaEnabled\":true,\"mfaEmail\":" \
	"\"<mail>\"}}")
#define ENROLLED ",{\"request\":{\"method\":\"GET\",\"path\":\"" \
	GENAUTH_FACTORS_ENDPOINT "\"},\"response\":{\"http_status\":200," \
	"\"body\":{\"statusCode\":200,\"data\":[{\"factorType\":\"OTP\"}]" \
	"}}}"
#define KEY_FETCHED ",{\"request\":{\"method\":\"GET\",\"path\":\"" \
	GENAUTH_SYSTEM_PATH "\"},\"response\":{\"http_status\":200," \
	"\"body\":{}}}"
#define CHECKED(word) "," EXCHANGE(GENAUTH_TOTP_ENDPOINT, \
	"{\"statusCode\":200,\"data\":{\"verified\":" word "}}")
#define LOST ",{\"request\":{\"path\":\"" GENAUTH_TOTP_ENDPOINT "\"}," \
	"\"error\":\"Timeout was reached\"}"
#define USER "{\"code\":200,\"data\":{\"id\":\"<string>\",\"username\":" \
	"\"<account>\",\"token\":{\"<jwt>\":{\"header\":{}}}}}"
#define SENT_TO "," EXCHANGE(GENAUTH_SEND_EMAIL_ENDPOINT, \
	"{\"statusCode\":200}")
#define TOKENS "," EXCHANGE(GENAUTH_TOKEN_ENDPOINT, "{\"access_token\":" \
	"\"<string>\"}")

static void
second_factors_are_replayed(void **state)
{
	static const char required[] = "\"second_factor\":\"required\"";
	static const char ask[] = "\"mfa\":\"ask\"";
	static const char mail[] = "\"mfa\":\"ask\","
	    "\"mfa_policy_order\":\"EMAIL\"";
	static const char exchange[] = "\"mfa\":\"ask\","
	    "\"mfa_token_exchange\":\"yes\"";
	static const struct {
		const char *options, *exchanges;
		enum genauth_verdict verdict;
		enum genauth_factor factor;
	} rows[] = {
		{ "\"x\":0", SIGNED_IN, GENAUTH_OK, GENAUTH_FACTOR_NONE },
		{ required, SIGNED_IN ENROLLED CHECKED("true"), GENAUTH_OK,
		    GENAUTH_FACTOR_OTP },
		{ required, SIGNED_IN KEY_FETCHED ENROLLED CHECKED("false")
		    KEY_FETCHED CHECKED("false") CHECKED("false")
		    CHECKED("false") CHECKED("true"), GENAUTH_OK,
		    GENAUTH_FACTOR_OTP },
		{ required, SIGNED_IN ENROLLED CHECKED("false"),
		    GENAUTH_DENIED, GENAUTH_FACTOR_OTP },
		{ required, SIGNED_IN ENROLLED, GENAUTH_DENIED,
		    GENAUTH_FACTOR_OTP },
		{ required, SIGNED_IN ENROLLED LOST, GENAUTH_UNAVAILABLE,
		    GENAUTH_FACTOR_OTP },
		{ required, SIGNED_IN ENROLLED CHECKED("7"),
		    GENAUTH_UNAVAILABLE, GENAUTH_FACTOR_OTP },
		{ required, SIGNED_IN, GENAUTH_UNAVAILABLE,
		    GENAUTH_FACTOR_NONE },
		{ required, SIGNED_IN CHECKED("true"), GENAUTH_UNAVAILABLE,
		    GENAUTH_FACTOR_NONE },
		{ "\"x\":0", DEMANDED, GENAUTH_STEP_NEEDED,
		    GENAUTH_FACTOR_NONE },
		{ ask, DEMANDED "," EXCHANGE(GENAUTH_MFA_OTP_ENDPOINT,
		    "{\"code\":6001}") "," EXCHANGE(GENAUTH_MFA_OTP_ENDPOINT,
		    USER), GENAUTH_OK, GENAUTH_FACTOR_OTP },
		{ mail, DEMANDED SENT_TO "," EXCHANGE(
		    GENAUTH_MFA_EMAIL_ENDPOINT, USER), GENAUTH_OK,
		    GENAUTH_FACTOR_EMAIL },
		{ mail, DEMANDED SENT_TO, GENAUTH_DENIED,
		    GENAUTH_FACTOR_EMAIL },
		{ exchange, DEMANDED "," EXCHANGE(GENAUTH_MFA_OTP_ENDPOINT,
		    USER) TOKENS, GENAUTH_OK, GENAUTH_FACTOR_OTP },
		{ exchange, DEMANDED "," EXCHANGE(GENAUTH_MFA_OTP_ENDPOINT,
		    USER), GENAUTH_UNAVAILABLE, GENAUTH_FACTOR_OTP },
	};
	char text[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *exchanges;
		struct genauth_answer answer;

		snprintf(text, sizeof(text), "[{%s,%s]", rows[i].options,
		    rows[i].exchanges + 1);
		exchanges = json_tokener_parse(text);
		assert_non_null(exchanges);
		assert_true(genauth_replay(exchanges, 0, &answer));
		if (answer.verdict != rows[i].verdict ||
		    answer.factor != rows[i].factor)
			fail_msg("row %zu: %s, %s", i, genauth_verdict_name(
			    answer.verdict), answer.reason);
		genauth_answer_free(&answer);
		json_object_put(exchanges);
	}
}

/* They are what is behind a sign-in judged by, so they are written down. */
static void
options_of_a_second_factor_are_recorded(void **state)
{
	static const struct {
		enum genauth_option option;
		const char *value, *first, *shown;
	} rows[] = {
		{ GENAUTH_OPTION_second_factor, "if_enrolled", "none",
		    "\"second_factor\":\"if_enrolled\"" },
		{ GENAUTH_OPTION_mfa, "ask", "refuse",
		    "\"mfa\":\"ask\",\"mfa_policy_order\":"
		    "\"OTP EMAIL SMS\"" },
	};
	struct genauth_failure failure;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *shown = describe(GENAUTH_SIGNIN_ENDPOINT,
		    SENT("account", "alice"), "{}");

		assert_null(strstr(shown, rows[i].shown));
		assert_true(genauth_options_set(&options, rows[i].option,
		    rows[i].value, GENAUTH_PLACE_FILE, &failure));
		shown = describe(GENAUTH_SIGNIN_ENDPOINT,
		    SENT("account", "alice"), "{}");
		assert_contains(shown, rows[i].shown);
		shown = describe(GENAUTH_FACTORS_ENDPOINT, NULL, "{}");
		assert_null(strstr(shown, rows[i].shown));
		assert_true(genauth_options_set(&options, rows[i].option,
		    rows[i].first, GENAUTH_PLACE_SECTION, &failure));
	}
}

/* What genauthctl does with what a taken-over genauth-signin sends. */
static const char *
check_again(const char *sent)
{
	struct genauth_record record = { .options = &options,
	    .account = "alice" };
	struct json_object *foreign = json_tokener_parse(sent);
	struct json_object *checked = genauth_record_check(&record, foreign);

	assert_non_null(foreign);
	if (checked != NULL)
		keep(NULL, json_object_to_json_string_ext(checked,
		    JSON_C_TO_STRING_PLAIN));
	json_object_put(foreign);
	json_object_put(checked);
	return checked != NULL ? described : NULL;
}

static void
foreign_descriptions_are_checked(void **state)
{
	char *first;
	const char *shown;

	(void)state;
	/* One of ours stays as it is. */
	first = strdup(describe(GENAUTH_SIGNIN_ENDPOINT, SENT("account",
	    "alice"), "{\"statusCode\":200,\"data\":{\"id_token\":"
	    "\"e30.eyJ1c2VybmFtZSI6ImFsaWNlIn0.x\",\"scope\":\"openid\"}}"));
	assert_non_null(first);
	assert_string_equal(check_again(first), first);
	free(first);
	assert_null(check_again("{\"note\":\"CANARY\"}"));
	assert_null(check_again("{\"request\":{\"path\":\"/CANARY\"}}"));
	shown = check_again("{\"request\":{\"path\":\"/api/v3/signin\","
	    "\"method\":\"CANARY\",\"headers\":[\"CANARY\",7,null],\"body\":"
	    "\"<1 bytes CANARY\",\"more\":\"CANARY\"},\"error\":\"CANARY\","
	    "\"response\":{\"http_status\":4711471147,\"body\":{\"message\":"
	    "\"CANARY\\u009b31m\",\"CANARY\":1}},\"times\":{\"CANARY\":1,"
	    "\"dns_ms\":\"CANARY\",\"tls_ms\":7},\"CANARY\":1}");
	assert_non_null(shown);
	assert_null(strstr(shown, "CANARY"));
	assert_null(strstr(shown, "4711"));
	assert_null(strstr(shown, "\xc2\x9b"));
	assert_contains(shown, "\"tls_ms\":7");
}

static void
judge_file(const char *folder, const char *name)
{
	struct genauth_answer answer;
	struct json_object *document, *exchanges, *verdict;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	document = json_object_from_file(path);
	assert_true(json_object_object_get_ex(document, "exchanges",
	    &exchanges));
	assert_true(json_object_object_get_ex(document, "verdict", &verdict));
	assert_true(genauth_replay(exchanges, 0, &answer));
	if (strcmp(genauth_verdict_name(answer.verdict),
	    json_object_get_string(verdict)) != 0)
		fail_msg("%s: %s", name, genauth_verdict_name(answer.verdict));
	genauth_answer_free(&answer);
	json_object_put(document);
}

static void
printed_replies_have_their_verdict(void **state)
{
	char folder[3800];
	struct dirent *entry;
	unsigned files = 0;
	DIR *directory;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/tests/vectors/replies",
	    getenv("SRCDIR"));
	directory = opendir(folder);
	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.') {
			judge_file(folder, entry->d_name);
			files++;
		}
	closedir(directory);
	assert_true(files >= 15);
}

static int
make_options(void **state)
{
	struct genauth_failure failure;

	(void)state;
	return genauth_options_init(&options) &&
	    genauth_options_set(&options, GENAUTH_OPTION_app_host,
	    "https://canary.example.org", GENAUTH_PLACE_FILE, &failure) &&
	    genauth_options_set(&options, GENAUTH_OPTION_app_id, "CANARY-app",
	    GENAUTH_PLACE_FILE, &failure) &&
	    genauth_options_set(&options, GENAUTH_OPTION_app_secret,
	    "CANARY-secret", GENAUTH_PLACE_FILE, &failure) ? 0 : -1;
}

static int
free_options(void **state)
{
	(void)state;
	free(described);
	genauth_options_free(&options);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_private_is_shown),
		cmocka_unit_test(nothing_private_of_a_second_factor_is_shown),
		cmocka_unit_test(bodies_that_are_no_json_are_counted),
		cmocka_unit_test(published_keys_stay),
		cmocka_unit_test(large_replies_are_left_out),
		cmocka_unit_test(recordings_are_judged_as_the_replies),
		cmocka_unit_test(second_factors_are_replayed),
		cmocka_unit_test(options_of_a_second_factor_are_recorded),
		cmocka_unit_test(foreign_descriptions_are_checked),
		cmocka_unit_test(printed_replies_have_their_verdict),
	};

	return cmocka_run_group_tests_name("record", tests, make_options,
	    free_options);
}
