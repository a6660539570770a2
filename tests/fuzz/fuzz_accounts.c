/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file that account_map names: what is taken from it must be what a second,
 * plainer reader finds, and each name once.
 */
#include "fuzz/fuzz.h"

#include "login/account_map.h"

/* The next word of a line, as scanf knows words; NULL: no more. */
static char *
next_word(char **rest)
{
	char *word;

	do
		word = strsep(rest, " \t");
	while (word != NULL && *word == '\0');
	if (word != NULL && *word == '#')
		*rest = NULL;
	return word == NULL || *word == '#' ? NULL : word;
}

static bool
is_same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other :
	    strcmp(one, other) == 0;
}

/* One line as it stands in the input; returns whether it is one of the map. */
static bool
check_line(const struct genauth_account_map *map, char *line, unsigned number)
{
	size_t length = strlen(line);
	const struct genauth_account_map_line *found;
	const char *name, *account, *sub;

	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	if ((name = next_word(&line)) == NULL)
		return false;
	account = next_word(&line);
	sub = next_word(&line);
	REQUIRE(account != NULL && next_word(&line) == NULL);
	REQUIRE(strlen(name) <= 256 && strlen(account) <= 256);
	REQUIRE(sub == NULL || (strlen(sub) <= 64 && fuzz_is_clean(sub)));
	found = genauth_account_map_find(map, name);
	REQUIRE(found != NULL && found->number == number);
	REQUIRE(strcmp(found->account, account) == 0);
	REQUIRE(is_same(found->sub, sub));
	return true;
}

static void
check_lines(const struct genauth_account_map *map, char *text)
{
	unsigned number = 0;
	size_t count = 0;
	char *line;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	while ((line = strsep(&text, "\n")) != NULL)
		count += check_line(map, line, ++number);
	REQUIRE(count == map->count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct genauth_account_map map = { .count = 0 };
	struct genauth_failure failure = { .text = "" };
	char *copy = calloc(1, size + 1);

	REQUIRE(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	REQUIRE(genauth_secret_set(&map.text, copy, size));
	if (genauth_account_map_parse(&map, "/map", &failure)) {
		REQUIRE(strlen(copy) == size);
		check_lines(&map, copy);
	} else {
		REQUIRE(failure.verdict == GENAUTH_CONFIG);
		REQUIRE(strncmp(failure.text, "/map:", 5) == 0);
		REQUIRE(fuzz_is_clean(failure.text));
	}
	REQUIRE(genauth_account_map_find(&map, "") == NULL);
	genauth_account_map_free(&map);
	free(copy);
	return 0;
}
