/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every call to GenAuth sends, and makes of a reply before its caller
 * does.
 */
#include "unit.h"

#include <json-c/json.h>

#include "common/answer.h"
#include "genauth/api.h"

#define ENVELOPE "{\"statusCode\":200,\"requestId\":\"r-1\",\"data\":{}}"
#define REFUSED "{\"statusCode\":403,\"apiCode\":\"2333\"}"

static struct genauth_failure failure;

static void
codes_and_status_must_agree(void **state)
{
	static const struct {
		const char *text;
		long long http_status;
		bool accepted;
		enum genauth_verdict verdict;
		const char *why;
	} replies[] = {
		{ ENVELOPE, 200, true, GENAUTH_OK, NULL },
		{ ENVELOPE, 204, true, GENAUTH_OK, NULL },
		{ ENVELOPE, 503, false, GENAUTH_UNAVAILABLE,
		    "the HTTP status is 503" },
		{ ENVELOPE, 429, false, GENAUTH_THROTTLED, "too many" },
		{ REFUSED, 200, false, GENAUTH_DENIED, "password wrong" },
		{ REFUSED, 429, false, GENAUTH_THROTTLED, "too many" },
		{ "{}", 200, false, GENAUTH_UNAVAILABLE, "no integer" },
		{ "{}", 429, false, GENAUTH_THROTTLED, "too many" },
		{ "<html>", 200, false, GENAUTH_UNAVAILABLE, "not a JSON" },
		{ "<html>", 429, false, GENAUTH_THROTTLED, "too many" },
	};
	struct genauth_api_envelope envelope;

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		assert_int_equal(genauth_api_judge(replies[i].text,
		    strlen(replies[i].text), replies[i].http_status, GENAUTH_API_V3, &envelope,
		    &failure), replies[i].accepted);
		if (!replies[i].accepted) {
			assert_int_equal(failure.verdict, replies[i].verdict);
			assert_contains(failure.text, replies[i].why);
		}
		genauth_api_envelope_free(&envelope);
	}
}

/* What is turned down is still told: the log has its codes. */
static void
codes_are_kept_of_a_refusal(void **state)
{
	struct genauth_api_envelope envelope;

	(void)state;
	assert_false(genauth_api_judge(REFUSED, strlen(REFUSED), 429,
	    GENAUTH_API_V3, &envelope, &failure));
	assert_true(envelope.has_codes && envelope.has_api_code);
	assert_int_equal(envelope.status_code, 403);
	assert_int_equal(envelope.api_code, 2333);
	assert_int_equal(envelope.row.verdict, GENAUTH_DENIED);
	genauth_api_envelope_free(&envelope);
	assert_false(genauth_api_judge("{}", 2, 200, GENAUTH_API_V3, &envelope, &failure));
	assert_non_null(envelope.root);
	assert_false(envelope.has_codes);
	genauth_api_envelope_free(&envelope);
}

static void
bare_replies_are_judged_by_their_status(void **state)
{
	static const struct {
		const char *text;
		long long http_status;
		bool accepted;
		enum genauth_verdict verdict;
		const char *why;
	} replies[] = {
		{ "{}", 200, true, GENAUTH_OK, NULL },
		/* The token endpoint says so what it thinks of a client. */
		{ "{\"error\":\"invalid_client\"}", 401, true, GENAUTH_OK, NULL },
		{ "{}", 429, false, GENAUTH_THROTTLED, "too many" },
		{ "{}", 500, false, GENAUTH_UNAVAILABLE,
		    "the reply of /x has the HTTP status 500" },
		{ "<html>", 200, false, GENAUTH_UNAVAILABLE,
		    "the reply of /x is not a JSON object" },
		{ "<html>", 429, false, GENAUTH_THROTTLED, "too many" },
	};
	struct json_object *root;

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		assert_int_equal(genauth_api_judge_bare(replies[i].text,
		    strlen(replies[i].text), replies[i].http_status, "/x",
		    &root, &failure), replies[i].accepted);
		assert_int_equal(root != NULL, replies[i].text[0] == '{');
		if (!replies[i].accepted) {
			assert_int_equal(failure.verdict, replies[i].verdict);
			assert_contains(failure.text, replies[i].why);
		}
		json_object_put(root);
	}
}

/* ---- what is sent ---------------------------------------------------------- */

static struct {
	struct genauth_secret body;
	char *bearer;		/* the header, with its name */
	char user[64], password[64];
	unsigned headers, bearers;
} sent;

bool __wrap_genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *why);

bool
__wrap_genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *why)
{
	assert_null(http);
	assert_non_null(why);
	*response = (struct genauth_http_response){ .status = 200 };
	for (size_t i = 0; request->headers[i] != NULL; i++) {
		sent.headers++;
		if (strncmp(request->headers[i], "Authorization:", 14) != 0)
			continue;
		assert_int_equal(sent.bearers++, 0);
		assert_non_null(sent.bearer = strdup(request->headers[i]));
	}
	if (request->body != NULL)
		assert_true(genauth_secret_set(&sent.body,
		    request->body->data, request->body->length));
	snprintf(sent.user, sizeof(sent.user), "%s", request->user != NULL ?
	    request->user : "");
	snprintf(sent.password, sizeof(sent.password), "%s",
	    request->password != NULL ? request->password : "");
	return genauth_secret_set(&response->body, ENVELOPE,
	    strlen(ENVELOPE));
}

static void
forget(void)
{
	genauth_secret_free(&sent.body);
	free(sent.bearer);
	memset(&sent, 0, sizeof(sent));
}

static void
set(struct genauth_options *options, enum genauth_option option,
    const char *value)
{
	assert_true(genauth_options_set(options, option, value,
	    GENAUTH_PLACE_FILE, &failure));
}

static void
send_as(const char *method, const struct genauth_api_request *request)
{
	struct genauth_options options;
	struct genauth_api_reply reply;

	forget();
	assert_true(genauth_options_init(&options));
	set(&options, GENAUTH_OPTION_app_host, "https://x.example");
	set(&options, GENAUTH_OPTION_app_id, "0123456789abcdef01234567");
	set(&options, GENAUTH_OPTION_app_secret, "s3cret");
	set(&options, GENAUTH_OPTION_token_endpoint_auth_method, method);
	assert_true(genauth_api_call(NULL, &options, request, &reply,
	    &failure));
	genauth_api_reply_free(&reply);
	genauth_options_free(&options);
}

/* Decodes the field and compares; other bytes than these may not be plain. */
static void
require_field(const char *name, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	const char *at = strstr(sent.body.data, name);
	unsigned byte;

	assert_non_null(at);
	for (at += strlen(name); *value != '\0'; value++)
		if (strchr(plain, *value) != NULL) {
			assert_int_equal(*at++, *value);
		} else {
			assert_int_equal(sscanf(at, "%%%2X", &byte), 1);
			assert_int_equal(byte, (unsigned char)*value);
			at += 3;
		}
	assert_true(*at == '&' || *at == '\0');
}

static void
fields_are_encoded(void **state)
{
	char every[256];
	const struct genauth_api_field form[] = { { "grant_type",
	    "http://x/y?z&token=stolen#" }, { "token", every }, { "empty",
	    "" }, { NULL, NULL } };
	const struct genauth_api_request request = { .path = "/x",
	    .form = form };

	(void)state;
	for (int i = 0; i < 255; i++)
		every[i] = (char)(i + 1);
	every[255] = '\0';
	send_as("none", &request);
	assert_int_equal(strncmp(sent.body.data, "grant_type=", 11), 0);
	require_field("grant_type=", form[0].value);
	require_field("&token=", every);
	require_field("&empty=", "");
	assert_int_equal(strlen(sent.body.data), sent.body.length);
	/* Three of ours, and client_id. */
	assert_int_equal(strspn(sent.body.data, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~%=&"),
	    sent.body.length);
	forget();
}

static void
forms_have_the_clients_proof(void **state)
{
	static const struct genauth_api_field form[GENAUTH_API_FIELDS + 1] = {
		{ "a", "1" }, { "b", "2" }, { "c", "3" }, { "d", "4" },
		{ "e", "5" }, { "f", "6" }, { "g", "7" }, { "h", "8" } };
	static const char fields[] = "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8";
	static const struct {
		const char *method, *behind, *user, *password;
	} rows[] = {
		{ "client_secret_post", "&client_id=0123456789abcdef01234567"
		    "&client_secret=s3cret", "", "" },
		{ "client_secret_basic", "", "0123456789abcdef01234567",
		    "s3cret" },
		{ "none", "&client_id=0123456789abcdef01234567", "", "" },
	};
	const struct genauth_api_request request = { .path = "/x",
	    .form = form };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char whole[256];

		snprintf(whole, sizeof(whole), "%s%s", fields,
		    rows[i].behind);
		send_as(rows[i].method, &request);
		assert_string_equal(sent.body.data, whole);
		assert_string_equal(sent.user, rows[i].user);
		assert_string_equal(sent.password, rows[i].password);
		assert_int_equal(sent.bearers, 0);
	}
	forget();
}

/* The longest that may be; each of its bytes may take three. */
static void
the_longest_token_is_sent_whole(void **state)
{
	static const char before[] = "Authorization: Bearer ";
	static char token[GENAUTH_TOKEN_LIMIT + 1];
	const struct genauth_api_field form[] = { { "token", token },
	    { NULL, NULL } };
	const struct genauth_api_request as_field = { .path = "/x",
	    .form = form }, as_bearer = { .path = "/x", .bearer = token };

	(void)state;
	memset(token, '/', GENAUTH_TOKEN_LIMIT);
	assert_true(genauth_answer_can_hold_token(token, strlen(token)));
	send_as("client_secret_post", &as_field);
	require_field("token=", token);
	assert_true(sent.body.length > 3 * GENAUTH_TOKEN_LIMIT);
	send_as("client_secret_post", &as_bearer);
	assert_int_equal(sent.bearers, 1);
	assert_int_equal(strncmp(sent.bearer, before, strlen(before)), 0);
	assert_string_equal(sent.bearer + strlen(before), token);
	forget();
}

/* Whoever has a token does not prove the application, too. */
static void
a_bearer_goes_without_the_secret(void **state)
{
	static const char *const methods[] = { "client_secret_post",
	    "client_secret_basic", "none" };

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct genauth_api_request request = { .path = "/x",
		    .json = json_object_new_object(), .bearer = "a.b.c" };

		assert_non_null(request.json);
		send_as(methods[i], &request);
		assert_string_equal(sent.bearer,
		    "Authorization: Bearer a.b.c");
		assert_string_equal(sent.body.data, "{}");
		assert_string_equal(sent.user, "");
		assert_string_equal(sent.password, "");
		json_object_put(request.json);
	}
	forget();
}

/* 429 is a request to wait, whatever its body says of a code. */
static void
a_wrong_code_is_said_in_so_many_numbers(void **state)
{
	static const struct {
		const char *text;
		long long http_status;
		bool wrong;
	} rows[] = {
		{ "{\"code\":6001}", 200, true },
		{ "{\"code\":2001}", 200, true },
		{ "{\"code\":2300}", 200, true },
		{ "{\"code\":403,\"apiCode\":6001}", 200, true },
		{ "{\"code\":403,\"apiCode\":\"2001\"}", 403, true },
		{ "{\"code\":6001}", 429, false },
		{ "{\"code\":403,\"apiCode\":2001}", 429, false },
		{ "{\"code\":6002}", 200, false },
		{ "{\"code\":403}", 200, false },
		{ "{\"code\":\"6001\"}", 200, false },
		{ "{\"apiCode\":6001}", 200, true },
		{ "<html>6001", 200, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct genauth_api_reply reply = { .http.status =
		    rows[i].http_status };

		assert_false(genauth_api_judge(rows[i].text,
		    strlen(rows[i].text), rows[i].http_status, GENAUTH_API_V2,
		    &reply.envelope, &failure));
		if (genauth_api_says_wrong_code(&reply) != rows[i].wrong)
			fail_msg("%s, %lld", rows[i].text,
			    rows[i].http_status);
		genauth_api_reply_free(&reply);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_and_status_must_agree),
		cmocka_unit_test(codes_are_kept_of_a_refusal),
		cmocka_unit_test(bare_replies_are_judged_by_their_status),
		cmocka_unit_test(a_wrong_code_is_said_in_so_many_numbers),
		cmocka_unit_test(fields_are_encoded),
		cmocka_unit_test(forms_have_the_clients_proof),
		cmocka_unit_test(the_longest_token_is_sent_whole),
		cmocka_unit_test(a_bearer_goes_without_the_secret),
	};

	return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
