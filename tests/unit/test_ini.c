/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "common/ini.h"

static char text[2100];

/* What is left of the text is read, one line at a time. */
static struct genauth_ini ini;

static void
start(const char *content)
{
	snprintf(text, sizeof(text), "%s", content);
	genauth_ini_start(&ini, text, strlen(text));
}

static void
is_value(unsigned number, const char *name, const char *value)
{
	assert_int_equal(genauth_ini_read(&ini), GENAUTH_INI_VALUE);
	assert_int_equal(ini.number, number);
	assert_string_equal(ini.name, name);
	assert_string_equal(ini.value, value);
}

static void
is_section(const char *name)
{
	assert_int_equal(genauth_ini_read(&ini), GENAUTH_INI_SECTION);
	assert_string_equal(ini.name, name);
}

static void
is_fault(unsigned number, const char *part)
{
	assert_int_equal(genauth_ini_read(&ini), GENAUTH_INI_FAULT);
	assert_int_equal(ini.number, number);
	assert_contains(ini.fault, part);
}

static void
is(enum genauth_ini_line line)
{
	assert_int_equal(genauth_ini_read(&ini), line);
}

static void
lines_end_as_on_any_system(void **state)
{
	(void)state;
	start("\xef\xbb\xbf[sshd]\r\na = 1\r\n\r\nb=2\n\nc =3\r");
	is_section("sshd");
	is_value(2, "a", "1");
	is(GENAUTH_INI_EMPTY);
	is_value(4, "b", "2");
	is(GENAUTH_INI_EMPTY);
	is_value(6, "c", "3");
	is(GENAUTH_INI_END);
	is(GENAUTH_INI_END);
	start("");
	is(GENAUTH_INI_END);
	/* Neither is part of a line's end or beginning here. */
	start("a = 1\r\r\n\xef\xbb\xbf" "b = 2\n");
	is_value(1, "a", "1\r");
	is_fault(2, "neither");
}

static void
blanks_and_comments_do_not_count(void **state)
{
	(void)state;
	start("# c\n\t; c\n \t\n\ta\t=\tb c\t; d\na-B_9 = x;y#z ;\n"
	    "a =; b\na = ; b\n  [s]\t;c\n");
	is(GENAUTH_INI_EMPTY);
	is(GENAUTH_INI_EMPTY);
	is(GENAUTH_INI_EMPTY);
	is_value(4, "a", "b c");
	is_value(5, "a-B_9", "x;y#z");
	is_value(6, "a", "; b");
	is_value(7, "a", "");
	is_section("s");
	is(GENAUTH_INI_END);
}

static void
quotes_keep_blanks(void **state)
{
	(void)state;
	start("a = \" b \"\na = \"\"\na = \"b\"c\"\na = b\"\na = \"\n"
	    "a = \"b ;c\"\n");
	is_value(1, "a", " b ");
	is_value(2, "a", "");
	is_value(3, "a", "b\"c");
	is_value(4, "a", "b\"");
	is_fault(5, "must end in one");
	is_fault(6, "must end in one");
}

/* What stands before a later '=' may be a secret, such as one in base64. */
static void
a_name_is_a_word(void **state)
{
	(void)state;
	start("a:s3cr3t==\na s3cr3t= = b\n= a\na\na ; = b\na.b = c\n");
	for (unsigned i = 1; i <= 6; i++)
		is_fault(i, "neither [section] nor key = value");
	is(GENAUTH_INI_END);
}

static void
a_section_is_alone_on_its_line(void **state)
{
	(void)state;
	start("[]\n[a\n[a] b\n[a];c\n[a]b]\n");
	is_section("");
	is_section("");
	is_section("");
	is_section("");
	is_section("a]b");
}

static void
lines_have_a_limit(void **state)
{
	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, " \ta = ", 6);
	memcpy(text + 2050, "\r\nb = c\n", 9);
	genauth_ini_start(&ini, text, strlen(text));
	is(GENAUTH_INI_VALUE);
	assert_int_equal(strlen(ini.value), 2044);
	is_value(2, "b", "c");

	memset(text, '#', sizeof(text));
	memcpy(text + 2049, "\nb = c\n", 8);
	genauth_ini_start(&ini, text, strlen(text));
	is_fault(1, "line longer than 2048 bytes");
	is_value(2, "b", "c");
}

static void
a_nul_spoils_its_line_only(void **state)
{
	static const char content[] = "a = 1\n\0b = 2\nc\0 = 3\nd = 4\n\0";

	(void)state;
	memcpy(text, content, sizeof(content));
	genauth_ini_start(&ini, text, sizeof(content) - 1);
	is_value(1, "a", "1");
	is_fault(2, "NUL");
	is_fault(3, "NUL");
	is_value(4, "d", "4");
	is_fault(5, "NUL");
	is(GENAUTH_INI_END);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_as_on_any_system),
		cmocka_unit_test(blanks_and_comments_do_not_count),
		cmocka_unit_test(quotes_keep_blanks),
		cmocka_unit_test(a_name_is_a_word),
		cmocka_unit_test(a_section_is_alone_on_its_line),
		cmocka_unit_test(lines_have_a_limit),
		cmocka_unit_test(a_nul_spoils_its_line_only),
	};

	return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
