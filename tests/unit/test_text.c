/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "common/clock.h"
#include "common/failure.h"
#include "common/secret.h"
#include "common/text.h"
#include "common/verdict.h"

static void
clean_takes_away_what_a_terminal_obeys(void **state)
{
	char out[64];

	(void)state;
	genauth_text_clean(out, sizeof(out), "a\033]0;x\ab\r\n%n \"q\" \\ \x7f");
	assert_string_equal(out, "a?]0;x?b??%n ?q? ? ?");
	genauth_text_clean(out, sizeof(out), "\xe2\x80\xae");
	assert_string_equal(out, "???");
}

static void
clean_cuts(void **state)
{
	char out[4];

	(void)state;
	genauth_text_clean(out, sizeof(out), "abcdef");
	assert_string_equal(out, "abc");
	genauth_text_clean(out, 1, "abcdef");
	assert_string_equal(out, "");
}

/* What GenAuth says to a person may be in Chinese. */
static void
clean_utf8_keeps_what_is_shown(void **state)
{
	static const struct {
		const char *text, *clean;
	} texts[] = {
		{ "", "" },
		{ "\xe5\xaf\x86\xe7\xa0\x81\xe5\xa4\xaa\xe5\xbc\xb1 \"8\" \\",
		    "\xe5\xaf\x86\xe7\xa0\x81\xe5\xa4\xaa\xe5\xbc\xb1 \"8\" \\" },
		{ "\xc3\xbc \xf0\x9f\x94\x91", "\xc3\xbc \xf0\x9f\x94\x91" },
		{ "a\033]0;x\ab\r\n\t\x7f", "a?]0;x?b????" },
		/* CSI as one character, and what is malformed. */
		{ "\xc2\x9b" "31m \xc2\x80", "?31m ?" },
		{ "\x9b" "31m \xff\xc3(", "?31m ?" "?(" },
		{ "\xed\xa0\x80\xc0\xaf\xe5\xaf", "???????" },
		/* Direction, invisible, line ends, tags, private use. */
		{ "\xe2\x80\xae" "a\xe2\x81\xa6" "b\xd8\x9c", "?a?b?" },
		{ "\xe2\x80\x8b\xef\xbb\xbf\xc2\xad", "???" },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "??" },
		{ "\xf3\xa0\x81\x81\xee\x80\x80\xf4\x8f\xbf\xbf", "???" },
		/* Letters, marks and a symbol that draw nothing. */
		{ "\xcd\x8f\xe1\x85\x9f\xe1\x85\xa0\xe1\x9e\xb4"
		    "\xe1\x9e\xb5", "?????" },
		{ "\xe2\xa0\x80\xe3\x85\xa4\xef\xbe\xa0", "???" },
		/* The end of a plane: U+1FFFE, U+2FFFF. */
		{ "\xf0\x9f\xbf\xbe\xf0\xaf\xbf\xbf", "??" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		genauth_text_clean_utf8(out, sizeof(out), texts[i].text);
		assert_string_equal(out, texts[i].clean);
	}
}

static void
clean_utf8_cuts_between_characters(void **state)
{
	char out[6];

	(void)state;
	genauth_text_clean_utf8(out, 6, "ab\xe5\xaf\x86");
	assert_string_equal(out, "ab\xe5\xaf\x86");
	genauth_text_clean_utf8(out, 5, "ab\xe5\xaf\x86");
	assert_string_equal(out, "ab");
	genauth_text_clean_utf8(out, 3, "a\n\n");
	assert_string_equal(out, "a?");
	genauth_text_clean_utf8(out, 1, "ab");
	assert_string_equal(out, "");
}

static void
ascii_is_known(void **state)
{
	(void)state;
	assert_true(genauth_text_is_ascii("") && genauth_text_is_ascii("a ~"));
	assert_false(genauth_text_is_ascii("a\xc3\xbc"));
}

static void
failure_is_cut_and_clean(void **state)
{
	struct genauth_failure failure;
	char longer[2000];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_false(genauth_failure_set(&failure, GENAUTH_CONFIG, "%s\n",
	    longer));
	assert_int_equal(strlen(failure.text), sizeof(failure.text) - 1);
	assert_false(genauth_failure_set(&failure, GENAUTH_DENIED, "%s", "a\nb"));
	assert_string_equal(failure.text, "a?b");
	assert_int_equal(failure.verdict, GENAUTH_DENIED);
}

static void
utf8_is_told_from_other_bytes(void **state)
{
	static const char *const good[] = { "", "plain", "\xc3\xbc",
	    "\xe5\xaf\x86\xe7\xa0\x81", "\xf0\x9f\x94\x91", "\xf4\x8f\xbf\xbf",
	    "\xed\x9f\xbf", "\xee\x80\x80" };
	static const char *const bad[] = { "\x80", "\xc3", "\xc0\xaf",
	    "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff",
	    "\xf8\x88\x80\x80\x80", "a\xc3(", "\xf0\x8f\xbf\xbf" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(genauth_text_is_utf8(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(genauth_text_is_utf8(bad[i], strlen(bad[i])));
}

static void
numbers_are_whole(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "3abc", "1.0",
	    "-", "0x10", "99999999999999999999", "1e3" };
	long long number;

	(void)state;
	assert_true(genauth_text_parse_number("-42", &number));
	assert_int_equal(number, -42);
	assert_true(genauth_text_parse_number("0", &number));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		number = 7;
		assert_false(genauth_text_parse_number(bad[i], &number));
		assert_int_equal(number, 0);
	}
}

static void
control_characters_are_found(void **state)
{
	(void)state;
	assert_false(genauth_text_has_control("plain \xc3\xbc"));
	assert_true(genauth_text_has_control("a\tb"));
	assert_true(genauth_text_has_control("\x7f"));
}

static void
codes_are_one_word(void **state)
{
	static const char *const bad[] = { "", "-a", "a b", "a=b", "a\n",
	    "\xc3\xbc" };
	char longest[GENAUTH_TEXT_CODE + 1];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	assert_true(genauth_text_is_code(longest, GENAUTH_TEXT_CODE));
	assert_false(genauth_text_is_code(longest, sizeof(longest)));
	assert_true(genauth_text_is_code("a-b_c.d:e@f/g+h9", 16));
	assert_false(genauth_text_is_code("a\0b", 3));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(genauth_text_is_code(bad[i], strlen(bad[i])));
}

static void
every_verdict_has_its_own_name(void **state)
{
	(void)state;
	for (int v = GENAUTH_INTERNAL; v <= GENAUTH_SKIP; v++) {
		enum genauth_verdict verdict = (enum genauth_verdict)v;

		assert_int_equal(genauth_verdict_parse(
		    genauth_verdict_name(verdict)), verdict);
	}
	assert_string_equal(genauth_verdict_name((enum genauth_verdict)99),
	    "INTERNAL");
	assert_int_equal(genauth_verdict_parse("ok"), GENAUTH_INTERNAL);
	assert_int_equal(genauth_verdict_parse("OK "), GENAUTH_INTERNAL);
	assert_int_equal(genauth_verdict_parse(NULL), GENAUTH_INTERNAL);
}

static void
secrets_are_copied_and_replaced(void **state)
{
	struct genauth_secret secret = { 0 };

	(void)state;
	assert_true(genauth_secret_set(&secret, "abc", 3));
	assert_string_equal(secret.data, "abc");
	/* From its own content. */
	assert_true(genauth_secret_set(&secret, secret.data + 1, 2));
	assert_string_equal(secret.data, "bc");
	assert_int_equal(secret.length, 2);
	genauth_secret_free(&secret);
	assert_null(secret.data);
	genauth_secret_free(&secret);
	genauth_secret_free_string(NULL);
}

/* What the block holds that is freed next. */
static const char *watched;
static char seen[16];

void __real_free(void *block);
void __wrap_free(void *block);

void
__wrap_free(void *block)
{
	if (block != NULL && block == watched) {
		memcpy(seen, block, sizeof(seen));
		watched = NULL;
	}
	__real_free(block);
}

static void
secrets_are_wiped(void **state)
{
	static const char nothing[sizeof(seen)] = "";
	struct genauth_secret secret = { 0 };
	char *text = strdup("a secret of 15 b");

	(void)state;
	assert_true(genauth_secret_set(&secret, "a secret of 15 b", 16));
	memset(seen, 'x', sizeof(seen));
	watched = secret.data;
	/* By another one, or with the rest. */
	assert_true(genauth_secret_set(&secret, "a secret of 15 b", 16));
	assert_null(watched);
	assert_memory_equal(seen, nothing, sizeof(seen));
	memset(seen, 'x', sizeof(seen));
	watched = secret.data;
	genauth_secret_free(&secret);
	assert_memory_equal(seen, nothing, sizeof(seen));
	memset(seen, 'x', sizeof(seen));
	watched = text;
	genauth_secret_free_string(text);
	assert_memory_equal(seen, nothing, sizeof(seen));
}

static void
deadlines_count_down(void **state)
{
	(void)state;
	assert_int_equal(genauth_clock_left(genauth_clock_ms() - 1), 0);
	assert_true(genauth_clock_left(genauth_clock_ms() + 5000) > 4000);
	assert_int_equal(genauth_clock_left(INT64_MAX), INT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_takes_away_what_a_terminal_obeys),
		cmocka_unit_test(clean_cuts),
		cmocka_unit_test(clean_utf8_keeps_what_is_shown),
		cmocka_unit_test(clean_utf8_cuts_between_characters),
		cmocka_unit_test(ascii_is_known),
		cmocka_unit_test(failure_is_cut_and_clean),
		cmocka_unit_test(utf8_is_told_from_other_bytes),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(control_characters_are_found),
		cmocka_unit_test(codes_are_one_word),
		cmocka_unit_test(every_verdict_has_its_own_name),
		cmocka_unit_test(secrets_are_copied_and_replaced),
		cmocka_unit_test(secrets_are_wiped),
		cmocka_unit_test(deadlines_count_down),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
