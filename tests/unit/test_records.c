/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "common/answer.h"
#include "common/finding.h"
#include "common/question.h"
#include "common/records.h"

static void
values_are_found(void **state)
{
	struct genauth_records received = { 0 };
	long long number;
	char text[16];
	size_t length;

	(void)state;
	genauth_records_add_text(&received, "text", "hello");
	genauth_records_add_text(&received, "nothing", NULL);
	genauth_records_add_number(&received, "number", -7);
	genauth_records_add(&received, "bytes", "a\0b", 3);
	genauth_records_add(&received, "empty", "", 0);
	assert_false(received.failed);

	assert_true(genauth_records_get_text(&received, "text", text,
	    sizeof(text)));
	assert_string_equal(text, "hello");
	assert_true(genauth_records_get_number(&received, "number", &number));
	assert_int_equal(number, -7);
	assert_memory_equal(genauth_records_find(&received, "bytes", &length),
	    "a\0b", 3);
	assert_int_equal(length, 3);
	assert_non_null(genauth_records_find(&received, "empty", &length));
	assert_null(genauth_records_find(&received, "nothing", &length));
	/* A text with a NUL, or one too long for its place, is none. */
	assert_false(genauth_records_get_text(&received, "bytes", text,
	    sizeof(text)));
	assert_false(genauth_records_get_text(&received, "text", text, 5));
	assert_string_equal(text, "");
	assert_false(genauth_records_get_number(&received, "text", &number));

	genauth_records_free(&received);
}

static void
lists_have_a_limit(void **state)
{
	static char big[GENAUTH_RECORDS_LIMIT];
	struct genauth_records records = { 0 };
	char name[257] = "";

	(void)state;
	genauth_records_add(&records, "x", big, GENAUTH_RECORDS_LIMIT - 6);
	assert_false(records.failed);
	assert_int_equal(records.length, GENAUTH_RECORDS_LIMIT);
	genauth_records_add(&records, "y", "", 0);
	assert_true(records.failed);
	genauth_records_free(&records);

	genauth_records_add(&records, "", "x", 1);
	assert_true(records.failed);
	genauth_records_free(&records);

	/* Of a name, too: its length is a byte. */
	memset(name, 'n', sizeof(name) - 1);
	genauth_records_add(&records, name, "x", 1);
	assert_true(records.failed);
	genauth_records_free(&records);
	name[255] = '\0';
	genauth_records_add(&records, name, "x", 1);
	assert_false(records.failed);
	assert_true(genauth_records_are_valid(records.data, records.length));
	genauth_records_free(&records);
}

static void
malformed_lists_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} bad[] = {
		{ "\1", 1 },			/* header cut */
		{ "\0\0\0\0\0", 5 },		/* no name */
		{ "\1\1\0\0\0x", 6 },		/* value missing */
		{ "\1\377\377\377\377xy", 7 },	/* value beyond the end */
		{ "\5\0\0\0\0x", 6 },		/* name beyond the end */
		{ "\2\0\0\0\0x\0", 7 },		/* NUL in the name */
		{ "\1\0\0\0\0x\1", 7 },		/* something behind */
	};

	(void)state;
	assert_true(genauth_records_are_valid("\1\1\0\0\0xy", 7));
	assert_true(genauth_records_are_valid("", 0));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(genauth_records_are_valid(bad[i].bytes,
		    bad[i].length));
}

static struct genauth_answer
good_answer(void)
{
	struct genauth_answer answer = { .verdict = GENAUTH_OK,
	    .reason = "accepted", .weaker = "Landlock (no)",
	    .roles = "ops,a.b_c-d:e@f/g+h", .groups = "-",
	    .http_status = 200, .status_code = 200,
	    .api_code = 0, .request_id = "req-1", .dns_ms = 1,
	    .connect_ms = 2, .tls_ms = 3, .wait_ms = 4, .sub = "5f71-9_9" };

	assert_true(genauth_secret_set(&answer.id_token, "a.b.c", 5));
	return answer;
}

static void
answers_round_trip(void **state)
{
	struct genauth_answer answer = good_answer(), decoded;
	struct genauth_records records = { 0 };

	(void)state;
	answer.proven = 1;
	genauth_answer_encode(&answer, &records);
	assert_true(genauth_answer_decode(&records, &decoded));
	assert_int_equal(decoded.verdict, GENAUTH_OK);
	assert_string_equal(decoded.reason, "accepted");
	assert_string_equal(decoded.weaker, "Landlock (no)");
	assert_string_equal(decoded.roles, "ops,a.b_c-d:e@f/g+h");
	assert_string_equal(decoded.groups, "-");
	assert_string_equal(decoded.request_id, "req-1");
	assert_int_equal(decoded.http_status, 200);
	assert_int_equal(decoded.status_code, 200);
	assert_int_equal(decoded.dns_ms, 1);
	assert_int_equal(decoded.connect_ms, 2);
	assert_int_equal(decoded.tls_ms, 3);
	assert_int_equal(decoded.wait_ms, 4);
	assert_string_equal(decoded.sub, "5f71-9_9");
	assert_int_equal(decoded.proven, 1);
	assert_string_equal(decoded.id_token.data, "a.b.c");
	assert_null(decoded.access_token.data);
	genauth_records_free(&records);
	genauth_answer_free(&answer);
	genauth_answer_free(&decoded);
}

static void
answers_fit_with_the_longest_tokens(void **state)
{
	static char token[GENAUTH_TOKEN_LIMIT];
	struct genauth_answer answer = good_answer();
	struct genauth_records records = { 0 };

	(void)state;
	memset(token, 'x', sizeof(token));
	memset(answer.reason, 'x', sizeof(answer.reason) - 1);
	assert_true(genauth_secret_set(&answer.id_token, token, sizeof(token)));
	assert_true(genauth_secret_set(&answer.access_token, token,
	    sizeof(token)));
	genauth_answer_encode(&answer, &records);
	assert_false(records.failed);
	genauth_records_free(&records);
	genauth_answer_free(&answer);
}

/* What is longer is not taken: half of it would be another. */
static void
an_answer_has_room_for_so_much(void **state)
{
	const struct genauth_answer *answer = NULL;
	static char text[GENAUTH_TOKEN_LIMIT + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_true(genauth_answer_can_hold_token(text, GENAUTH_TOKEN_LIMIT));
	assert_false(genauth_answer_can_hold_token(text, sizeof(text)));
	assert_true(genauth_answer_can_hold_key(text,
	    GENAUTH_PUBLIC_KEY_LIMIT));
	assert_false(genauth_answer_can_hold_key(text,
	    GENAUTH_PUBLIC_KEY_LIMIT + 1));
	text[sizeof(answer->sub)] = '\0';
	assert_false(genauth_answer_can_hold_sub(text));
	text[sizeof(answer->sub) - 1] = '\0';
	assert_true(genauth_answer_can_hold_sub(text));
	memset(text, 'x', sizeof(answer->request_id));
	text[sizeof(answer->request_id)] = '\0';
	assert_false(genauth_answer_can_hold_request_id(text));
	text[sizeof(answer->request_id) - 1] = '\0';
	assert_true(genauth_answer_can_hold_request_id(text));
}

/* A code may have 64 bytes, and the list of them 128. */
#define X16 "xxxxxxxxxxxxxxxx"
#define TOO_LONG X16 X16 X16 X16 "," X16 X16 X16 X16

/* A helper taken over by the server could send anything. */
static void
hostile_answers_are_no_success(void **state)
{
	static const struct {
		const char *name, *value;
		bool decodes;
	} changes[] = {
		{ "verdict", "ok", true },
		{ "verdict", "", true },
		{ "verdict", "SUCCESS", true },
		{ "http_status", "x", false },
		{ "api_code", "99999999999999999999999999", false },
		{ "id_token", "a\nLD_PRELOAD=x", false },
		{ "id_token", "a b", false },
		{ "access_token", "a\x7f", false },
		/* Two of them would be in the log line. */
		{ "request_id", "r verdict=OK user=root", false },
		{ "request_id", "r\"", false },
		{ "roles", "", false },
		{ "roles", "ops verdict=OK", false },
		{ "roles", "ops=x", false },
		{ "roles", "ops\n", false },
		{ "roles", "\xe7\xae\xa1", false },
		{ "roles", "ops,", false },
		{ "roles", ",ops", false },
		{ "roles", "-,ops", false },
		{ "groups", "a,,b", false },
		{ "groups", TOO_LONG, false },
		{ "http_status", "1000", false },
		{ "http_status", "-1", false },
		{ "wait_ms", "-1", false },
		{ "dns_ms", "99999999999999", false },
		{ "sub", "s verdict=OK", false },
		{ "sub", "s\"", false },
		{ "sub", "s\n", false },
		{ "sub", "01234567890123456789012345678901234567890123456789"
		    "0123456789012345", false },
		{ "proven", "2", false },
		{ "proven", "-1", false },
		{ "proven", "yes", false },
		{ "proven", "", false },
		{ "holds", "", false },
		{ "holds", "unasked", false },
		{ "holds", "NEW", false },
		{ "holds", "new verdict=OK", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct genauth_answer answer = good_answer(), decoded;
		struct genauth_records records = { 0 };

		/* The first record of a name counts. */
		genauth_records_add_text(&records, changes[i].name,
		    changes[i].value);
		genauth_answer_encode(&answer, &records);
		assert_int_equal(genauth_answer_decode(&records, &decoded),
		    changes[i].decodes);
		assert_int_equal(decoded.verdict, GENAUTH_INTERNAL);
		genauth_answer_free(&decoded);
		genauth_answer_free(&answer);
		genauth_records_free(&records);
	}
	{
		struct genauth_records empty = { 0 };
		struct genauth_answer decoded;

		assert_false(genauth_answer_decode(&empty, &decoded));
		assert_int_equal(decoded.verdict, GENAUTH_INTERNAL);
	}
}

/* Where nobody was asked for roles, there is no record of them. */
static void
roles_need_not_be_there(void **state)
{
	struct genauth_answer answer = good_answer(), decoded;
	struct genauth_records records = { 0 };
	size_t length;

	(void)state;
	answer.roles[0] = answer.groups[0] = '\0';
	genauth_answer_encode(&answer, &records);
	assert_null(genauth_records_find(&records, "roles", &length));
	assert_null(genauth_records_find(&records, "groups", &length));
	assert_true(genauth_answer_decode(&records, &decoded));
	assert_string_equal(decoded.roles, "");
	assert_string_equal(decoded.groups, "");
	genauth_answer_free(&decoded);
	genauth_answer_free(&answer);
	genauth_records_free(&records);
}

/* Nor of the password that holds, where none was to be changed. */
static void
what_holds_is_said_behind_a_change(void **state)
{
	(void)state;
	for (int i = 0; i < GENAUTH_HOLDS_COUNT; i++) {
		struct genauth_answer answer = good_answer(), decoded;
		struct genauth_records records = { 0 };
		size_t length;

		answer.holds = (enum genauth_holds)i;
		genauth_answer_encode(&answer, &records);
		assert_int_equal(genauth_records_find(&records, "holds",
		    &length) != NULL, answer.holds != GENAUTH_HOLDS_UNASKED);
		assert_true(genauth_answer_decode(&records, &decoded));
		assert_int_equal(decoded.holds, answer.holds);
		genauth_answer_free(&decoded);
		genauth_answer_free(&answer);
		genauth_records_free(&records);
	}
}

static void
who_is_refused_has_proven_nothing(void **state)
{
	struct genauth_answer answer = good_answer(), decoded;
	struct genauth_records records = { 0 };

	(void)state;
	answer.proven = 1;
	answer.verdict = GENAUTH_DENIED;
	genauth_answer_encode(&answer, &records);
	assert_false(genauth_answer_decode(&records, &decoded));
	assert_int_equal(decoded.verdict, GENAUTH_INTERNAL);
	assert_int_equal(decoded.proven, 0);
	assert_null(decoded.id_token.data);
	genauth_records_free(&records);
	genauth_answer_free(&answer);
}

static void
answers_are_cleaned(void **state)
{
	struct genauth_answer answer = good_answer(), decoded;
	struct genauth_records records = { 0 };

	(void)state;
	genauth_records_add_text(&records, "reason", "\033[2J\nverdict=OK");
	genauth_records_add_text(&records, "weaker", "\nverdict=OK");
	genauth_answer_encode(&answer, &records);
	assert_true(genauth_answer_decode(&records, &decoded));
	assert_string_equal(decoded.reason, "?[2J?verdict=OK");
	assert_string_equal(decoded.weaker, "?verdict=OK");
	genauth_answer_free(&decoded);
	genauth_answer_free(&answer);
	genauth_records_free(&records);
}

static void
findings_round_trip(void **state)
{
	static const struct genauth_finding tls = { .step = GENAUTH_STEP_TLS,
	    .checked = GENAUTH_CHECKED_RIGHT, .text = "/CN=x", .ms = 7,
	    .http_status = 200, .is_json = true, .has_date = true,
	    .clock_ahead = -3, .certificates = 2, .days_left = -1,
	    .pin = "sha256//AB+/=" };
	struct genauth_finding decoded;
	struct genauth_records records = { 0 }, again = { 0 };

	(void)state;
	genauth_finding_encode(&tls, &records);
	assert_true(genauth_finding_decode(&records, &decoded));
	assert_true(decoded.is_json && !decoded.has_keys && decoded.has_date);
	assert_int_equal(decoded.clock_ahead, -3);
	genauth_finding_encode(&decoded, &again);
	assert_int_equal(records.length, again.length);
	assert_memory_equal(records.data, again.data, again.length);
	genauth_records_free(&records);
	genauth_records_free(&again);
}

/* What a helper that was taken over could have an administrator see or do. */
static void
findings_are_checked(void **state)
{
	static char long_key[GENAUTH_PUBLIC_KEY_LIMIT + 2];
	static const struct {
		enum genauth_step step;
		const char *name, *value;
		bool decodes;
	} changes[] = {
		{ GENAUTH_STEP_TLS, "ms", "1", true },
		{ GENAUTH_STEP_TLS, "ms", "-1", false },
		{ GENAUTH_STEP_TLS, "step", "-1", false },
		{ GENAUTH_STEP_TLS, "step", "7", false },
		{ GENAUTH_STEP_TLS, "step", "x", false },
		{ GENAUTH_STEP_TLS, "checked", "3", false },
		{ GENAUTH_STEP_TLS, "checked", "-1", false },
		{ GENAUTH_STEP_TLS, "http_status", "1000", false },
		{ GENAUTH_STEP_TLS, "is_json", "2", false },
		{ GENAUTH_STEP_TLS, "certificates", "-1", false },
		/* Of this number there is no absolute value. */
		{ GENAUTH_STEP_TLS, "clock_ahead", "-9223372036854775808",
		    false },
		{ GENAUTH_STEP_TLS, "pin", "", true },
		{ GENAUTH_STEP_TLS, "pin", "sha256//A\nca_file = /tmp/x",
		    false },
		{ GENAUTH_STEP_TLS, "pin", "AAAA", false },
		{ GENAUTH_STEP_FILES, "text", "/etc/hosts", true },
		{ GENAUTH_STEP_FILES, "text", "", false },
		{ GENAUTH_STEP_FILES, "text", "etc", false },
		{ GENAUTH_STEP_KEY, "key", "-----BEGIN\r\nAB==\n", true },
		{ GENAUTH_STEP_KEY, "key", "", false },
		{ GENAUTH_STEP_KEY, "key", "a\033[31m", false },
		{ GENAUTH_STEP_KEY, "key", "\303\251", false },
		{ GENAUTH_STEP_KEY, "key", long_key, false },
		/* Only where it can be used, and of that step. */
		{ GENAUTH_STEP_KEY, "checked", "1", true },
		{ GENAUTH_STEP_METHOD, "key", "a\033[31m", true },
	};

	(void)state;
	memset(long_key, 'x', sizeof(long_key) - 1);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const struct genauth_finding finding = {
		    .step = changes[i].step, .text = "/x", .key = "x" };
		struct genauth_finding decoded;
		struct genauth_records records = { 0 };

		/* The first record of a name counts. */
		genauth_records_add_text(&records, changes[i].name,
		    changes[i].value);
		genauth_finding_encode(&finding, &records);
		if (genauth_finding_decode(&records, &decoded) !=
		    changes[i].decodes)
			fail_msg("%s = %s", changes[i].name, changes[i].value);
		if (strcmp(changes[i].name, "key") != 0)
			assert_string_equal(decoded.key, "");
		else if (changes[i].decodes && changes[i].step ==
		    GENAUTH_STEP_KEY)
			assert_string_equal(decoded.key, changes[i].value);
		genauth_records_free(&records);
	}
}

static void
findings_are_cleaned(void **state)
{
	const struct genauth_finding finding = { .step = GENAUTH_STEP_DNS,
	    .text = "\033[2J\nok" };
	struct genauth_finding decoded;
	struct genauth_records records = { 0 };

	(void)state;
	genauth_finding_encode(&finding, &records);
	assert_true(genauth_finding_decode(&records, &decoded));
	assert_string_equal(decoded.text, "?[2J?ok");
	genauth_records_free(&records);
}

/* KEEP: what would stand in a file that other logins trust. */
static void
keys_are_checked(void **state)
{
	static const struct {
		const char *key;
		bool decodes;
	} keys[] = {
		{ "-----BEGIN PUBLIC KEY-----\r\nAB==\n", true },
		{ "", true },
		{ "a\033[31m", false },
		{ "\303\251", false },
	};
	static char long_key[GENAUTH_PUBLIC_KEY_LIMIT + 1];
	struct genauth_records records = { 0 };
	struct genauth_keep keep;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		genauth_records_add_text(&records, "password_key",
		    keys[i].key);
		assert_int_equal(genauth_keep_decode(&records, &keep),
		    keys[i].decodes);
		assert_int_equal(keep.is_there, keys[i].decodes);
		if (keep.is_there)
			assert_string_equal(keep.password_key.data,
			    keys[i].key);
		genauth_keep_free(&keep);
		genauth_records_free(&records);
	}
	assert_false(genauth_keep_decode(&records, &keep));
	memset(long_key, 'x', sizeof(long_key));
	genauth_records_add(&records, "password_key", long_key,
	    sizeof(long_key));
	assert_false(genauth_keep_decode(&records, &keep));
	genauth_records_free(&records);
}

/* One that is malformed is not taken for one that has no end. */
static void
an_inquiry_ends_where_it_is_told(void **state)
{
	static const struct {
		const char *until;
		enum genauth_step step;
		bool good;
	} rows[] = { { NULL, (enum genauth_step)0, true },
	    { "3", GENAUTH_STEP_TLS, true }, { "6", GENAUTH_STEP_KEY, true },
	    { "2", (enum genauth_step)0, false },
	    { "7", (enum genauth_step)0, false },
	    { "-1", (enum genauth_step)0, false },
	    { "", (enum genauth_step)0, false },
	    { "x", (enum genauth_step)0, false } };
	struct genauth_inquiry inquiry;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct genauth_records records = { 0 };

		genauth_records_add_number(&records, "timeout_ms", 5000);
		genauth_records_add_text(&records, "until", rows[i].until);
		assert_int_equal(genauth_question_get_inquiry(&records,
		    &inquiry), rows[i].good);
		assert_int_equal(inquiry.until, rows[i].step);
		genauth_records_free(&records);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(lists_have_a_limit),
		cmocka_unit_test(malformed_lists_are_refused),
		cmocka_unit_test(an_inquiry_ends_where_it_is_told),
		cmocka_unit_test(answers_round_trip),
		cmocka_unit_test(answers_fit_with_the_longest_tokens),
		cmocka_unit_test(an_answer_has_room_for_so_much),
		cmocka_unit_test(hostile_answers_are_no_success),
		cmocka_unit_test(who_is_refused_has_proven_nothing),
		cmocka_unit_test(roles_need_not_be_there),
		cmocka_unit_test(what_holds_is_said_behind_a_change),
		cmocka_unit_test(answers_are_cleaned),
		cmocka_unit_test(findings_round_trip),
		cmocka_unit_test(findings_are_checked),
		cmocka_unit_test(findings_are_cleaned),
		cmocka_unit_test(keys_are_checked),
	};

	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
