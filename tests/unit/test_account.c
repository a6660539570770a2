/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <pwd.h>

#include "login/account.h"
#include "login/account_map.h"
#include "login/login.h"

static struct genauth_account_map map;
static struct genauth_failure failure;

static bool
parse(const char *text, size_t length)
{
	genauth_account_map_free(&map);
	failure = (struct genauth_failure){ .text = "" };
	assert_true(genauth_secret_set(&map.text, text, length));
	return genauth_account_map_parse(&map, "/map", &failure);
}

/* "account sub line", or "" where there is no line of the name. */
static const char *
line_of(const char *name)
{
	static char text[1024];
	const struct genauth_account_map_line *line =
	    genauth_account_map_find(&map, name);

	if (line == NULL)
		return "";
	snprintf(text, sizeof(text), "%s %s %u", line->account,
	    line->sub != NULL ? line->sub : "-", line->number);
	return text;
}

static void
lines_are_found_by_name(void **state)
{
	static const char text[] = "\xef\xbb\xbf# people\r\n"
	    "zoe  zoe@example.com\r\n"
	    "\r\n"
	    "\t bob\t+8613900000002\t5f3a-1 # the boss\r\n"
	    "Bob b0b # bob\n"
	    "EXAMPLE\\wang \xe7\x8e\x8b\xe8\x8a\xb3 x\n"
	    "alice a.example";

	(void)state;
	assert_true(parse(text, strlen(text)));
	assert_int_equal(map.count, 5);
	assert_string_equal(line_of("zoe"), "zoe@example.com - 2");
	assert_string_equal(line_of("bob"), "+8613900000002 5f3a-1 4");
	assert_string_equal(line_of("Bob"), "b0b - 5");
	assert_string_equal(line_of("EXAMPLE\\wang"),
	    "\xe7\x8e\x8b\xe8\x8a\xb3 x 6");
	assert_string_equal(line_of("alice"), "a.example - 7");
	assert_string_equal(line_of("BOB"), "");
	assert_string_equal(line_of("bo"), "");
	assert_string_equal(line_of("bobb"), "");
	assert_string_equal(line_of("#"), "");
	assert_string_equal(line_of(""), "");
	assert_true(parse("", 0));
	assert_string_equal(line_of("alice"), "");
	assert_true(parse("# nothing\n\n", 11));
	assert_int_equal(map.count, 0);
}

static void
all_of_a_large_map_is_found(void **state)
{
	char *text = malloc(40 * 20000), *end = text, name[32], found[64];

	(void)state;
	assert_non_null(text);
	/* In no order. */
	for (unsigned i = 0; i < 20000; i++)
		end += sprintf(end, "u%u a%u\n", i * 7919 % 20000, i);
	assert_true(parse(text, (size_t)(end - text)));
	assert_int_equal(map.count, 20000);
	for (unsigned i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "u%u", i * 7919 % 20000);
		snprintf(found, sizeof(found), "a%u - %u", i, i + 1);
		assert_string_equal(line_of(name), found);
	}
	free(text);
}

#define ROW(text, part) { text, sizeof(text) - 1, part }

static void
lines_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *part;
	} rows[] = {
		ROW("a", "/map:1: must be: local-name account [sub]"),
		ROW("a b\nc #d\n", "/map:2: must be"),
		ROW("a b c d\n", "/map:1: must be"),
		ROW("a b c #d\nx b c d\n", "/map:2: must be"),
		ROW("a b\0\n", "/map:1: has a NUL byte"),
		ROW("a b\n\0", "/map:2: has a NUL byte"),
		ROW("a b\rc d\r", "/map:1: the second word is no account"),
		ROW("a b\x1b[2J\n", "/map:1: the second word is no account"),
		ROW("a \xff\n", "/map:1: the second word is no account"),
		ROW("a =\n", "/map:1: the second word is no account"),
		ROW("a -> b\n", "/map:1: the second word is no account"),
		ROW("a\x01 b\n", "/map:1: the first word is no name"),
		ROW("a: b\n", "/map:1: the first word is no name"),
		ROW("a* b\n", "/map:1: the first word is no name"),
		ROW("a,c b\n", "/map:1: the first word is no name"),
		ROW("a b \xc3\xbc\n", "/map:1: the third word is no sub"),
		ROW("a b c.d\n", "/map:1: the third word is no sub"),
		ROW("a \"b c\"\n", "/map:1: quotes have no meaning"),
		ROW("a b\nc d\na e\n", "/map:3: a stands on line 1 already"),
		ROW("z b\ny b\nz b\ny b\n", "stands on line"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(parse(rows[i].text, rows[i].length));
		assert_int_equal(failure.verdict, GENAUTH_CONFIG);
		assert_contains(failure.text, rows[i].part);
	}
}

static void
words_have_a_length(void **state)
{
	static const struct {
		int name, account, sub;
		bool good;
	} rows[] = {
		{ 256, 256, 64, true }, { 257, 1, 1, false },
		{ 1, 257, 1, false }, { 1, 1, 65, false },
	};
	char text[2100];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "%0*d %0*d %0*d\n", rows[i].name,
		    0, rows[i].account, 0, rows[i].sub, 0);
		assert_int_equal(parse(text, strlen(text)), rows[i].good);
	}
	memset(text, ' ', sizeof(text));
	memcpy(text, "a b", 3);
	assert_true(parse(text, 2048));
	assert_false(parse(text, 2049));
	assert_contains(failure.text, "/map:1: line longer than 2048 bytes");
}

/* The account of that entry and user; NULL: there is none. */
static const char *
account_of(const char *format, enum genauth_account_case letters,
    const char *user, const struct passwd *entry)
{
	static struct genauth_account account;
	struct genauth_options options = { .account_case = letters,
	    .account_format = (char *)(uintptr_t)format };
	const struct genauth_login login = { .options = &options,
	    .user = user, .entry = entry };

	if (!genauth_account_make(&login, &account, &failure))
		return NULL;
	assert_int_equal(account.line, 0);
	assert_string_equal(account.sub, "");
	return account.name;
}

static void
formats_are_filled_in(void **state)
{
	const struct passwd entry = { .pw_name = (char *)"Alice\xc3\x84" };
	char longest[600];

	(void)state;
	assert_string_equal(account_of("%u", GENAUTH_CASE_KEEP, "x", &entry),
	    "Alice\xc3\x84");
	assert_string_equal(account_of("A%%-%u-%uB", GENAUTH_CASE_LOWER, "x",
	    &entry), "A%-alice\xc3\x84-alice\xc3\x84" "B");
	assert_string_equal(account_of("%u", GENAUTH_CASE_LOWER, "AZ[@",
	    NULL), "az[@");
	assert_string_equal(account_of("%u@X", GENAUTH_CASE_LOWER, "Bob",
	    NULL), "bob@X");
	memset(longest, 'a', sizeof(longest));
	longest[512] = '\0';
	assert_null(account_of("%u", GENAUTH_CASE_KEEP, longest, NULL));
	assert_int_equal(failure.verdict, GENAUTH_CONFIG);
	longest[511] = '\0';
	assert_non_null(account_of("%u", GENAUTH_CASE_KEEP, longest, NULL));
	assert_null(account_of("%u", GENAUTH_CASE_KEEP, "a\nb", NULL));
}

static int
free_map(void **state)
{
	(void)state;
	genauth_account_map_free(&map);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_found_by_name),
		cmocka_unit_test(all_of_a_large_map_is_found),
		cmocka_unit_test(lines_that_are_none_are_refused),
		cmocka_unit_test(words_have_a_length),
		cmocka_unit_test(formats_are_filled_in),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, free_map);
}
