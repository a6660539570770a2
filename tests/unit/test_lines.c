/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "stack/lines.h"

#define LIMIT 8

struct reading {
	char lines[4096];	/* each with its number before it */
	enum genauth_lines_result end;
	enum genauth_lines_difference differences[LIMIT];
	unsigned different, count;
};

static struct reading
read_as(bool old, const char *content, size_t length)
{
	struct genauth_lines lines = { .old = old };
	struct reading reading = { .end = GENAUTH_LINES_LINE };

	lines.file = fmemopen((void *)(uintptr_t)content, length, "r");
	assert_non_null(lines.file);
	while (reading.end == GENAUTH_LINES_LINE) {
		reading.end = genauth_lines_next(&lines);
		if (lines.difference != GENAUTH_LINES_SAME) {
			assert_true(reading.count < LIMIT);
			reading.differences[reading.count++] =
			    lines.difference;
			reading.different = lines.different;
		}
		if (reading.end == GENAUTH_LINES_LINE) {
			size_t used = strlen(reading.lines);

			snprintf(reading.lines + used, sizeof(reading.lines) -
			    used, "%u:%s|", lines.number, lines.text);
		}
	}
	genauth_lines_close(&lines);
	return reading;
}

/* As libpam up to 1.5 and later ones have it; NULL: the same. */
static const struct {
	const char *content, *old, *new;
	enum genauth_lines_result old_end, new_end;
	unsigned different;
} cases[] = {
	{ "a\n\n # c\nb # c\n", "1:a\n|4:b |", NULL, GENAUTH_LINES_END,
	    GENAUTH_LINES_END, 0 },
	{ "a \\\n b\nc", "1:a   b\n|3:c|", "1:a  b\n|3:c|", GENAUTH_LINES_END,
	    GENAUTH_LINES_END, 0 },
	{ "a \\ \t\nb \\# c\nd\n", "1:a  b \\|3:d\n|", NULL,
	    GENAUTH_LINES_END, GENAUTH_LINES_END, 0 },
	{ "a \\\n\nb\n", "1:a  b\n|", "1:a  |3:b\n|", GENAUTH_LINES_END,
	    GENAUTH_LINES_END, 1 },
	{ "a\\\nb\\\n# c\nd\n", "1:a b d\n|", "1:a b |4:d\n|",
	    GENAUTH_LINES_END, GENAUTH_LINES_END, 2 },
	{ "a \\\n\n", "", "1:a  |", GENAUTH_LINES_CUT, GENAUTH_LINES_END, 1 },
	{ "a \\\n", "", NULL, GENAUTH_LINES_CUT, GENAUTH_LINES_CUT, 0 },
	/* Nothing but a backslash is no line that could end. */
	{ "\\\n\n", "", NULL, GENAUTH_LINES_CUT, GENAUTH_LINES_END, 1 },
	{ "a\\\n \\\n\nb\n", "1:a   b\n|", "1:a |4:b\n|", GENAUTH_LINES_END,
	    GENAUTH_LINES_END, 2 },
};

static void
cut_as_libpam_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = strlen(cases[i].content);
		struct reading old = read_as(true, cases[i].content, length);
		struct reading new = read_as(false, cases[i].content, length);

		assert_string_equal(old.lines, cases[i].old);
		assert_string_equal(new.lines, cases[i].new != NULL ?
		    cases[i].new : cases[i].old);
		assert_int_equal(old.end, cases[i].old_end);
		assert_int_equal(new.end, cases[i].new_end);
		assert_int_equal(old.different, cases[i].different);
		assert_int_equal(new.different, cases[i].different);
	}
}

/* Some blanks more or less do not matter. */
static void
drop_blanks(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++)
		if (*text != ' ')
			*to++ = *text;
	*to = '\0';
}

/* All files of five short lines. */
static void
no_difference_stays_unsaid(void **state)
{
	static const char *const parts[] = { "a\n", "a\\\n", "\n", "# c\n",
	    "\\\n" };
	const unsigned count = sizeof(parts) / sizeof(parts[0]);

	(void)state;
	for (unsigned number = 0; number < 5 * 5 * 5 * 5 * 5; number++) {
		char content[64] = "";
		struct reading old, new;
		unsigned rest = number;

		for (int i = 0; i < 5; i++, rest /= count)
			strcat(content, parts[rest % count]);
		old = read_as(true, content, strlen(content));
		new = read_as(false, content, strlen(content));
		drop_blanks(old.lines);
		drop_blanks(new.lines);
		if ((strcmp(old.lines, new.lines) != 0 || old.end != new.end) &&
		    (old.count == 0 || new.count == 0))
			fail_msg("nothing is said of \"%s\"", content);
	}
}

static void
old_ones_cut_up_long_lines(void **state)
{
	char content[1100];
	struct reading old, new;

	(void)state;
	memset(content, 'x', sizeof(content));
	content[1022] = '\n';
	old = read_as(true, content, 1023);
	assert_int_equal(old.end, GENAUTH_LINES_END);
	assert_int_equal(old.count, 0);

	content[0] = '#';
	content[1022] = 'x';
	old = read_as(true, content, sizeof(content));
	new = read_as(false, content, sizeof(content));
	assert_int_equal(old.end, GENAUTH_LINES_TOO_LONG);
	assert_int_equal(new.end, GENAUTH_LINES_END);
	assert_int_equal(new.count, 1);
	assert_int_equal(new.differences[0], GENAUTH_LINES_LONG);
	assert_int_equal(new.different, 1);
	content[0] = 'x';
	new = read_as(false, content, sizeof(content));
	assert_int_equal(strlen(new.lines), sizeof(content) + strlen("1:|"));
}

static void
no_nul(void **state)
{
	(void)state;
	assert_int_equal(read_as(true, "a\0\\\n", 4).end, GENAUTH_LINES_NUL);
	assert_int_equal(read_as(false, "#\0\n", 3).end, GENAUTH_LINES_NUL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_as_libpam_does),
		cmocka_unit_test(no_difference_stays_unsaid),
		cmocka_unit_test(old_ones_cut_up_long_lines),
		cmocka_unit_test(no_nul),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
