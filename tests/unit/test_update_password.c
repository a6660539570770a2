/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent to change a password, and which password holds then. */
#include "unit.h"

#include <json-c/json.h>

#include "common/clock.h"
#include "genauth/api.h"
#include "genauth/update_password.h"

/* ---- in place of the network ---- */

static struct {
	const char *text;	/* NULL: no whole reply */
	long long status;
	enum genauth_http_progress progress;
} next;
static unsigned posts;
static char sent[2048];

bool __wrap_genauth_api_call(struct genauth_http *http,
    const struct genauth_options *app,
    const struct genauth_api_request *request,
    struct genauth_api_reply *reply, struct genauth_failure *failure);

bool
__wrap_genauth_api_call(struct genauth_http *http,
    const struct genauth_options *app,
    const struct genauth_api_request *request,
    struct genauth_api_reply *reply, struct genauth_failure *failure)
{
	(void)http;
	assert_string_equal(request->path, "/api/v3/update-password");
	assert_string_equal(request->bearer, "token");
	assert_true(request->names_pool && !request->bare);
	assert_string_equal(app->user_pool_id, "pool");
	snprintf(sent, sizeof(sent), "%s", json_object_to_json_string_ext(
	    request->json, JSON_C_TO_STRING_PLAIN));
	posts++;
	*reply = (struct genauth_api_reply){ .http = {
	    .progress = next.progress, .status = next.status } };
	if (next.text == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "cut off");
	return genauth_api_judge(next.text, strlen(next.text), next.status,
	    request->version, &reply->envelope, failure);
}

static struct genauth_options options;

static int
set_up(void **state)
{
	struct genauth_failure failure;

	(void)state;
	posts = 0;
	sent[0] = '\0';
	return genauth_options_init(&options) && genauth_options_set(&options,
	    GENAUTH_OPTION_user_pool_id, "pool", GENAUTH_PLACE_FILE,
	    &failure) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	genauth_options_free(&options);
	return 0;
}

static void
change(struct genauth_password_key *key, struct genauth_answer *answer,
    char remark[GENAUTH_REMARK_SIZE])
{
	struct genauth_client client = { .options = &options,
	    .timeout_ms = 5000, .deadline = genauth_clock_ms() + 5000 };
	const struct genauth_new_password passwords = { "token", "old \"1\"",
	    "n\xc3\xa9w" };

	genauth_update_password(&client, &passwords, key, answer, remark);
}

/* ---- the tests ---- */

static void
both_passwords_are_sent_once(void **state)
{
	struct genauth_password_key key = { .fresh = false };
	char remark[GENAUTH_REMARK_SIZE];
	struct genauth_answer answer;

	(void)state;
	next.text = "{\"statusCode\":200,\"message\":\"ok\"}";
	next.status = 200;
	next.progress = GENAUTH_HTTP_ANSWERED;
	change(&key, &answer, remark);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_int_equal(posts, 1);
	assert_string_equal(sent, "{\"newPassword\":\"n\xc3\xa9w\","
	    "\"oldPassword\":\"old \\\"1\\\"\"}");
	assert_string_equal(remark, "");
}

#define REFUSED(code, message) "{\"statusCode\":" code ",\"message\":" \
	message ",\"requestId\":\"r-1\"}"

static void
what_holds_is_told_apart(void **state)
{
	static const struct {
		const char *text;
		long long status;
		enum genauth_http_progress progress;
		enum genauth_verdict verdict;
		enum genauth_holds holds;
		const char *remark;
	} replies[] = {
		{ "{\"statusCode\":200}", 201, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_OK, GENAUTH_HOLDS_NEW, "" },
		{ "{\"statusCode\":400,\"apiCode\":2061,\"message\":\"too "
		    "weak\"}", 200, GENAUTH_HTTP_ANSWERED, GENAUTH_DENIED,
		    GENAUTH_HOLDS_OLD, "too weak" },
		{ "{\"statusCode\":403,\"apiCode\":2203,\"message\":null}",
		    200, GENAUTH_HTTP_ANSWERED, GENAUTH_DENIED,
		    GENAUTH_HOLDS_OLD, "" },
		{ REFUSED("499", "\"\xe5\xbc\xb1\\u001b[31m\\u202e\""), 200,
		    GENAUTH_HTTP_ANSWERED, GENAUTH_CONFIG, GENAUTH_HOLDS_OLD,
		    "\xe5\xbc\xb1?[31m?" },
		{ REFUSED("401", "7"), 401, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_DENIED, GENAUTH_HOLDS_OLD, "" },
		{ REFUSED("429", "\"slow\""), 200, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_THROTTLED, GENAUTH_HOLDS_OLD, "slow" },
		{ "<html>", 429, GENAUTH_HTTP_ANSWERED, GENAUTH_THROTTLED,
		    GENAUTH_HOLDS_OLD, "" },
		/* Who knows how far it came. */
		{ REFUSED("500", "\"oops\""), 200, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_UNAVAILABLE, GENAUTH_HOLDS_UNKNOWN, "" },
		{ REFUSED("302", "\"?\""), 200, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_STEP_NEEDED, GENAUTH_HOLDS_UNKNOWN, "" },
		{ REFUSED("400", "\"?\""), 502, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_CONFIG, GENAUTH_HOLDS_UNKNOWN, "" },
		{ "{\"statusCode\":200}", 502, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_UNAVAILABLE, GENAUTH_HOLDS_UNKNOWN, "" },
		{ "{\"statusCode\":200,\"apiCode\":2061,\"message\":\"?\"}",
		    200, GENAUTH_HTTP_ANSWERED, GENAUTH_DENIED,
		    GENAUTH_HOLDS_UNKNOWN, "" },
		{ "{\"statusCode\":\"200\"}", 200, GENAUTH_HTTP_ANSWERED,
		    GENAUTH_UNAVAILABLE, GENAUTH_HOLDS_UNKNOWN, "" },
		{ "<html>", 403, GENAUTH_HTTP_ANSWERED, GENAUTH_UNAVAILABLE,
		    GENAUTH_HOLDS_UNKNOWN, "" },
		{ NULL, 0, GENAUTH_HTTP_SENT, GENAUTH_UNAVAILABLE,
		    GENAUTH_HOLDS_UNKNOWN, "" },
		{ NULL, 0, GENAUTH_HTTP_UNSENT, GENAUTH_UNAVAILABLE,
		    GENAUTH_HOLDS_OLD, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct genauth_password_key key = { .fresh = false };
		char remark[GENAUTH_REMARK_SIZE];
		struct genauth_answer answer;

		next.text = replies[i].text;
		next.status = replies[i].status;
		next.progress = replies[i].progress;
		posts = 0;
		change(&key, &answer, remark);
		if (answer.verdict != replies[i].verdict ||
		    answer.holds != replies[i].holds)
			fail_msg("%zu: %s, holds %s", i, genauth_verdict_name(
			    answer.verdict), genauth_holds_name(
			    answer.holds));
		assert_string_equal(remark, replies[i].remark);
		assert_true(answer.reason[0] != '\0' && posts == 1);
		assert_int_equal(answer.http_status, replies[i].status);
	}
}

static void
one_key_covers_both(void **state)
{
	static const char type[] = ",\"passwordEncryptType\":\"sm2\"}";
	struct genauth_password_key key = { .fresh = false };
	char remark[GENAUTH_REMARK_SIZE];
	struct genauth_answer answer;

	(void)state;
	options.password_encrypt_type = GENAUTH_ENCRYPT_SM2;
	/* The generator of the curve is a point of it. */
	assert_true(genauth_secret_set(&key.text,
	    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
	    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
	    128));
	next.text = "{\"statusCode\":499,\"apiCode\":2016}";
	next.status = 200;
	next.progress = GENAUTH_HTTP_ANSWERED;
	change(&key, &answer, remark);
	/* Not once more, even if it could not be decrypted. */
	assert_int_equal(posts, 1);
	assert_int_equal(answer.verdict, GENAUTH_CONFIG);
	assert_int_equal(answer.holds, GENAUTH_HOLDS_OLD);
	assert_string_equal(sent + strlen(sent) - strlen(type), type);
	assert_null(strstr(sent, "old \\\"1"));
	assert_null(strstr(sent, "n\xc3\xa9w"));
	genauth_password_key_free(&key);
}

static void
what_cannot_be_encrypted_is_not_sent(void **state)
{
	struct genauth_password_key key = { .pinned = true };
	char remark[GENAUTH_REMARK_SIZE];
	struct genauth_answer answer;

	(void)state;
	options.password_encrypt_type = GENAUTH_ENCRYPT_RSA;
	assert_true(genauth_secret_set(&key.text, "no key", 6));
	change(&key, &answer, remark);
	assert_int_equal(posts, 0);
	assert_int_equal(answer.verdict, GENAUTH_CONFIG);
	assert_int_equal(answer.holds, GENAUTH_HOLDS_OLD);
	genauth_password_key_free(&key);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(both_passwords_are_sent_once),
		TEST(what_holds_is_told_apart),
		TEST(one_key_covers_both),
		TEST(what_cannot_be_encrypted_is_not_sent),
	};

	return cmocka_run_group_tests_name("update_password", tests, NULL,
	    NULL);
}
