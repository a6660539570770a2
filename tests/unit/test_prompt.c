/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person is asked, and replies, on its way between genauth-signin and
 * the module, either of which may be somebody else.
 */
#include "unit.h"

#include "common/prompt.h"

/* As long as a detail can be, and longer by one. */
static const char longest[] = "a***@e***1234567";

/* What each question says of "alice@example.com" and of "13800001234". */
static const char *
place_of(int prompt, bool is_phone)
{
	switch (prompt) {
	case GENAUTH_PROMPT_EMAIL:
	case GENAUTH_PROMPT_EMAIL_AGAIN:
		return is_phone ? "1***" : "a***@e***";
	case GENAUTH_PROMPT_SMS:
	case GENAUTH_PROMPT_SMS_AGAIN:
		return is_phone ? "***1234" : "***";
	default:
		return "";
	}
}

static void
each_question_arrives(void **state)
{
	static const char *const details[] = { "alice@example.com",
	    "13800001234", NULL };

	(void)state;
	for (int i = 0; i < GENAUTH_PROMPT_COUNT * 3; i++) {
		const char *detail = details[i % 3];
		struct genauth_records records = { 0 };
		struct genauth_ask ask;

		assert_contains(genauth_prompt_text((enum genauth_prompt)(i /
		    3)), "GenAuth");
		genauth_prompt_encode((enum genauth_prompt)(i / 3), detail,
		    &records);
		assert_true(genauth_prompt_decode(&records, &ask));
		assert_int_equal(ask.prompt, i / 3);
		assert_string_equal(ask.detail, detail == NULL ? "" :
		    place_of(i / 3, detail == details[1]));
		genauth_records_free(&records);
	}
}

static void
where_a_code_was_sent_says_nothing(void **state)
{
	static const struct {
		const char *detail, *email, *sms;
	} rows[] = {
		{ "", "", "" },
		{ "a***@e***", "a***@e***", "***" },
		{ "***1234", "?***", "***1234" },
		{ "***", "?***", "***" },
		{ "***12345", "?***", "***2345" },
		{ "1234567", "1***", "***" },
		{ "+86 (555) 12 34", "?***", "***1234" },
		{ "@", "?***@?***", "***" },
		{ "x@", "x***@?***", "***" },
		{ "a@b@c", "a***@b***", "***" },
		{ "a@your-password", "a***@y***", "***" },
		{ "us. The password", "u***", "***" },
		{ "\nPassword:\t", "?***", "***" },
		{ "\033[2J", "?***", "***" },
		{ "\x9b" "2J@\x9b", "?***@?***", "***" },
		{ "\xe5\xaf\x86@\xff", "?***@?***", "***" },
		{ "[@{`", "?***@?***", "***" },
		{ "%s@%n", "?***@?***", "***" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = i % 2 == 0 ? "EMAIL" : "SMS_AGAIN";
		const char *detail = rows[i / 2].detail;
		const char *arrives = i % 2 == 0 ? rows[i / 2].email :
		    rows[i / 2].sms;
		struct genauth_records said = { 0 }, forged = { 0 };
		struct genauth_ask ask;

		genauth_prompt_encode(i % 2 == 0 ? GENAUTH_PROMPT_EMAIL :
		    GENAUTH_PROMPT_SMS_AGAIN, detail, &said);
		assert_true(genauth_prompt_decode(&said, &ask));
		assert_string_equal(ask.detail, arrives);
		genauth_records_free(&said);
		if (strlen(detail) >= GENAUTH_PROMPT_DETAIL)
			continue;
		genauth_records_add_text(&forged, "prompt", name);
		genauth_records_add_text(&forged, "detail", detail);
		assert_true(genauth_prompt_decode(&forged, &ask));
		assert_string_equal(ask.detail, arrives);
		genauth_records_free(&forged);
	}
}

static void
other_questions_are_none(void **state)
{
	static const char nul[] = "OTP\0x", high[] = "OT\xd0";
	static const struct {
		const char *prompt;
		size_t length;
		const char *detail;
		size_t detail_length;
	} rows[] = {
		{ "PASSWORD", 8, "", 0 },
		{ "Your password:", 14, "", 0 },
		{ "otp", 3, "", 0 },
		{ "OTP ", 4, "", 0 },
		{ "OT", 2, "", 0 },
		{ "", 0, "", 0 },
		{ nul, sizeof(nul) - 1, "", 0 },
		{ high, sizeof(high) - 1, "", 0 },
		{ "0", 1, "", 0 },
		{ longest, sizeof(longest) - 1, "", 0 },
		{ NULL, 0, "", 0 },
		{ "OTP", 3, NULL, 0 },
		{ "OTP", 3, "a\0b", 3 },
		{ "OTP", 3, longest, sizeof(longest) - 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct genauth_records records = { 0 };
		struct genauth_ask ask = { .detail = "left" };

		if (rows[i].prompt != NULL)
			genauth_records_add(&records, "prompt",
			    rows[i].prompt, rows[i].length);
		if (rows[i].detail != NULL)
			genauth_records_add(&records, "detail",
			    rows[i].detail, rows[i].detail_length);
		if (genauth_prompt_decode(&records, &ask))
			fail_msg("row %zu was taken", i);
		genauth_records_free(&records);
	}
}

/* As find does: the first of a name is the one. */
static void
the_first_of_two_counts(void **state)
{
	struct genauth_records records = { 0 };
	struct genauth_ask ask;

	(void)state;
	genauth_records_add_text(&records, "detail", "***1");
	genauth_records_add_text(&records, "prompt", "SMS");
	genauth_records_add_text(&records, "prompt", "PASSWORD");
	genauth_records_add_text(&records, "detail", "b");
	assert_true(genauth_prompt_decode(&records, &ask));
	assert_int_equal(ask.prompt, GENAUTH_PROMPT_SMS);
	assert_string_equal(ask.detail, "***1");
	genauth_records_free(&records);
}

static void
replies_arrive_unchanged(void **state)
{
	static const char *const texts[] = { "123456", "", " 12-34 ",
	    "\xe5\xaf\x86\033" };
	char most[GENAUTH_PROMPT_REPLY];

	(void)state;
	memset(most, '9', sizeof(most));
	most[sizeof(most) - 1] = '\0';
	for (size_t i = 0; i <= sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = i < sizeof(texts) / sizeof(texts[0]) ?
		    texts[i] : most;
		struct genauth_secret typed = { 0 }, reply = { 0 };
		struct genauth_records records = { 0 };

		assert_true(genauth_secret_set(&typed, text, strlen(text)));
		genauth_prompt_encode_reply(&typed, &records);
		assert_true(genauth_prompt_decode_reply(&records, &reply));
		assert_int_equal(reply.length, strlen(text));
		assert_string_equal(reply.data, text);
		genauth_secret_free(&typed);
		genauth_secret_free(&reply);
		genauth_records_free(&records);
	}
}

static void
other_replies_are_none(void **state)
{
	char huge[GENAUTH_RECORDS_LIMIT - 16];
	const struct {
		const char *name, *text;
		size_t length;
	} rows[] = {
		{ "text", "12\0" "34", 5 },
		{ "text", "123456", 7 },
		{ "text", huge, GENAUTH_PROMPT_REPLY },
		{ "text", huge, sizeof(huge) },
		{ "code", "123456", 6 },
		{ "Text", "123456", 6 },
		{ NULL, NULL, 0 },
	};

	(void)state;
	memset(huge, '1', sizeof(huge));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct genauth_secret reply = { 0 };
		struct genauth_records records = { 0 };

		if (rows[i].name != NULL)
			genauth_records_add(&records, rows[i].name,
			    rows[i].text, rows[i].length);
		assert_false(records.failed);
		assert_false(genauth_prompt_decode_reply(&records, &reply));
		assert_null(reply.data);
		genauth_records_free(&records);
	}
}

static void
nobodys_reply_is_no_record(void **state)
{
	const struct genauth_secret nothing = { 0 };
	struct genauth_records records = { 0 };

	(void)state;
	genauth_prompt_encode_reply(&nothing, &records);
	assert_false(records.failed);
	assert_int_equal(records.length, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_question_arrives),
		cmocka_unit_test(where_a_code_was_sent_says_nothing),
		cmocka_unit_test(other_questions_are_none),
		cmocka_unit_test(the_first_of_two_counts),
		cmocka_unit_test(replies_arrive_unchanged),
		cmocka_unit_test(other_replies_are_none),
		cmocka_unit_test(nobodys_reply_is_no_record),
	};

	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
