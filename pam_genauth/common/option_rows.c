/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/option_rows.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/list.h"
#include "common/option_checks.h"
#include "common/text.h"

#define MEMBER_TEXT(key) key
#define MEMBER_PATH(key) key
#define MEMBER_NUMBER(key) key
#define MEMBER_SECONDS(key) key##_ms
#define MEMBER_SWITCH(key) key
#define MEMBER_WORD(key) key
#define MEMBER_WORDS(key) key
#define W(constant, word) word,
#define NO_WORDS

const struct genauth_option_row genauth_option_rows[GENAUTH_OPTION_COUNT] = {
#define OPTION(kind, key, fallback, least, most, words, check, place) \
	{ #key, GENAUTH_KIND_##kind, \
	    offsetof(struct genauth_options, MEMBER_##kind(key)), \
	    fallback, least, most, (const char *const []){ words NULL }, \
	    genauth_option_check_##check, GENAUTH_OPTION_##place },
#include "common/options.def"
#undef OPTION
};

/* A word is stored by its number. */
_Static_assert(sizeof(enum genauth_connection) == sizeof(unsigned),
    "an enum is an unsigned");

static void *
member(const struct genauth_options *options,
    const struct genauth_option_row *row)
{
	return (char *)(uintptr_t)options + row->offset;
}

char **
genauth_option_text(const struct genauth_options *options,
    const struct genauth_option_row *row)
{
	return row->kind == GENAUTH_KIND_TEXT ||
	    row->kind == GENAUTH_KIND_PATH ? member(options, row) :
	    NULL;
}

/* The number of a word, from 1; 0: it is none of them. */
static unsigned
find_word(const struct genauth_option_row *row, const char *word,
    size_t length)
{
	for (unsigned i = 0; row->words[i] != NULL; i++)
		if (strlen(row->words[i]) == length &&
		    memcmp(row->words[i], word, length) == 0)
			return i + 1;
	return 0;
}

static bool
parse_words(const struct genauth_option_row *row, const char *value,
    unsigned *bits)
{
	size_t length;
	unsigned word;

	*bits = 0;
	for (value = genauth_list_next(value, " ,", &length); length > 0;
	    value = genauth_list_next(value + length, " ,", &length)) {
		if ((word = find_word(row, value, length)) == 0)
			return false;
		*bits |= GENAUTH_BIT(word);
	}
	return *bits != 0;
}

/* "must be one of: a b c" */
static bool
refuse_word(const struct genauth_option_row *row,
    struct genauth_failure *failure)
{
	char words[256] = "";

	for (unsigned i = 0; row->words[i] != NULL; i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words),
		    " %s", row->words[i]);
	return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: must be %s "
	    "of:%s", row->key, row->kind == GENAUTH_KIND_WORD ? "one" :
	    "a list", words);
}

bool
genauth_option_check_text(const struct genauth_option_row *row,
    const char *value, struct genauth_failure *failure)
{
	size_t length = strlen(value);

	if ((long long)length < row->least)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: has no value", row->key);
	if ((long long)length > row->most)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: longer than %lld bytes", row->key, row->most);
	if (genauth_text_has_control(value) ||
	    !genauth_text_is_utf8(value, length))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: has a control character or is not UTF-8", row->key);
	return true;
}

bool
genauth_option_parse(const struct genauth_option_row *row, const char *value,
    long long *number, struct genauth_failure *failure)
{
	unsigned bits;

	switch (row->kind) {
	case GENAUTH_KIND_SWITCH:
		*number = strcmp(value, "yes") == 0;
		return *number != 0 || strcmp(value, "no") == 0 ||
		    genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must be yes or no", row->key);
	case GENAUTH_KIND_WORD:
		*number = find_word(row, value, strlen(value));
		return *number != 0 || refuse_word(row, failure);
	case GENAUTH_KIND_WORDS:
		if (!parse_words(row, value, &bits))
			return refuse_word(row, failure);
		*number = bits;
		return true;
	default:
		return (genauth_text_parse_number(value, number) &&
		    *number >= row->least && *number <= row->most) ||
		    genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must be a whole number from %lld to %lld", row->key,
		    row->least, row->most);
	}
}

void
genauth_option_store(struct genauth_options *options,
    const struct genauth_option_row *row, long long number)
{
	void *to = member(options, row);

	switch (row->kind) {
	case GENAUTH_KIND_NUMBER:
		*(long long *)to = number;
		break;
	case GENAUTH_KIND_SECONDS:
		*(long *)to = (long)number * 1000;
		break;
	case GENAUTH_KIND_SWITCH:
		*(bool *)to = number != 0;
		break;
	default:
		*(unsigned *)to = (unsigned)number;
	}
}

long long
genauth_option_load(const struct genauth_options *options,
    const struct genauth_option_row *row)
{
	const void *from = member(options, row);

	switch (row->kind) {
	case GENAUTH_KIND_NUMBER:
		return *(const long long *)from;
	case GENAUTH_KIND_SECONDS:
		return *(const long *)from / 1000;
	case GENAUTH_KIND_SWITCH:
		return *(const bool *)from;
	default:
		return *(const unsigned *)from;
	}
}

bool
genauth_option_can_be(const struct genauth_option_row *row, long long number)
{
	unsigned words = 0;

	while (row->words[words] != NULL)
		words++;
	switch (row->kind) {
	case GENAUTH_KIND_SWITCH:
		return number == 0 || number == 1;
	case GENAUTH_KIND_WORD:
		return number >= 0 && number <= words;
	case GENAUTH_KIND_WORDS:
		return number >= 0 && number < GENAUTH_BIT(words + 1);
	default:
		return number >= row->least && number <= row->most;
	}
}
