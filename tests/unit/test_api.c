/* SPDX-License-Identifier: BSD-2-Clause */
/* What every call to GenAuth makes of a reply, before its caller does. */
#include "unit.h"

#include <json-c/json.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_and_status_must_agree),
		cmocka_unit_test(codes_are_kept_of_a_refusal),
		cmocka_unit_test(bare_replies_are_judged_by_their_status),
	};

	return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
