/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/account_map.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/ini.h"
#include "common/text.h"

/* Some ten thousand users. */
#define FILE_LIMIT (1024 * 1024)

#define BLANKS " \t"

/* The words of a line, and one too many. */
enum { NAME, ACCOUNT, SUB, WORDS, ROOM };

/* Cuts a line into words; returns how many, at the most one too many. */
static int
split(char *line, const char *words[ROOM])
{
	int count = 0;

	while (count < ROOM) {
		line += strspn(line, BLANKS);
		if (*line == '\0' || *line == '#')
			break;
		words[count++] = line;
		line += strcspn(line, BLANKS);
		if (*line != '\0')
			*line++ = '\0';
	}
	return count;
}

static bool
is_text(const char *word, size_t most)
{
	size_t length = strlen(word);

	return length <= most && genauth_text_is_utf8(word, length) &&
	    !genauth_text_has_control(word);
}

/* An arrow or a "=" between name and account would be the account. */
static bool
has_letters(const char *word)
{
	for (; *word != '\0'; word++)
		if ((*word >= '0' && *word <= '9') || (*word & 0x80) != 0 ||
		    ((*word | 0x20) >= 'a' && (*word | 0x20) <= 'z'))
			return true;
	return false;
}

/* What is wrong with the words of a line, or NULL. */
static const char *
fault_of(const char *const words[ROOM], int count)
{
	if (count < ACCOUNT + 1 || count > WORDS)
		return "must be: local-name account [sub]";
	for (int i = 0; i < count; i++)
		if (strchr(words[i], '"') != NULL)
			return "quotes have no meaning here, and a name "
			    "with a space in it cannot be written";
	/* No name has these; elsewhere they stand for several. */
	if (!is_text(words[NAME], GENAUTH_ACCOUNT_MAP_NAME) ||
	    strpbrk(words[NAME], "*?!,:/=") != NULL)
		return "the first word is no name of a local user";
	if (!is_text(words[ACCOUNT], GENAUTH_ACCOUNT_MAP_ACCOUNT) ||
	    !has_letters(words[ACCOUNT]))
		return "the second word is no account";
	if (count > SUB && !genauth_answer_can_hold_sub(words[SUB]))
		return "the third word is no sub: it has at most 64 letters, "
		    "digits, - and _";
	return NULL;
}

static bool
add_line(struct genauth_account_map *map,
    const struct genauth_account_map_line *line)
{
	struct genauth_account_map_line *grown;

	if (map->count == map->room) {
		map->room = map->room == 0 ? 64 : 2 * map->room;
		grown = calloc(map->room, sizeof(*grown));
		if (grown == NULL)
			return false;
		if (map->count > 0)
			memcpy(grown, map->lines, map->count * sizeof(*grown));
		free(map->lines);
		map->lines = grown;
	}
	map->lines[map->count++] = *line;
	return true;
}

/* false: out of memory, or *fault says what is wrong. */
static bool
take_line(struct genauth_account_map *map, char *text, unsigned number,
    const char **fault)
{
	const char *words[ROOM] = { NULL };
	int count = split(text, words);

	if (count == 0)
		return true;
	if ((*fault = fault_of(words, count)) != NULL)
		return false;
	return add_line(map, &(struct genauth_account_map_line){
	    .name = words[NAME], .account = words[ACCOUNT],
	    .sub = words[SUB], .number = number });
}

/* By name, and of two lines of one name the one that comes first. */
static int
compare(const void *a, const void *b)
{
	const struct genauth_account_map_line *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : left->number < right->number ? -1 : 1;
}

static int
compare_name(const void *name, const void *line)
{
	return strcmp(name,
	    ((const struct genauth_account_map_line *)line)->name);
}

static bool
sort(struct genauth_account_map *map, const char *path,
    struct genauth_failure *failure)
{
	const struct genauth_account_map_line *lines = map->lines;

	if (map->count > 0)
		qsort(map->lines, map->count, sizeof(*lines), compare);
	for (size_t i = 1; i < map->count; i++)
		if (strcmp(lines[i - 1].name, lines[i].name) == 0)
			return genauth_failure_set(failure, GENAUTH_CONFIG,
			    "%s:%u: %s stands on line %u already", path,
			    lines[i].number, lines[i].name,
			    lines[i - 1].number);
	return true;
}

bool
genauth_account_map_parse(struct genauth_account_map *map, const char *path,
    struct genauth_failure *failure)
{
	const char *fault = NULL;
	enum genauth_ini_line kind;
	struct genauth_ini ini;
	char *line;

	genauth_ini_start(&ini, map->text.data, map->text.length);
	while ((kind = genauth_ini_next(&ini, &line)) != GENAUTH_INI_END) {
		if (kind == GENAUTH_INI_FAULT)
			fault = ini.fault;
		if (kind != GENAUTH_INI_VALUE && fault == NULL)
			continue;
		if (fault == NULL && take_line(map, line, ini.number, &fault))
			continue;
		return genauth_failure_set(failure, fault != NULL ?
		    GENAUTH_CONFIG : GENAUTH_INTERNAL, "%s:%u: %s", path,
		    ini.number, fault != NULL ? fault : "out of memory");
	}
	return sort(map, path, failure);
}

bool
genauth_account_map_read(struct genauth_account_map *map, const char *path,
    struct genauth_failure *failure)
{
	*map = (struct genauth_account_map){ .count = 0 };
	if (genauth_file_read(path, FILE_LIMIT, &map->text, NULL, failure) &&
	    genauth_account_map_parse(map, path, failure))
		return true;
	genauth_account_map_free(map);
	return false;
}

const struct genauth_account_map_line *
genauth_account_map_find(const struct genauth_account_map *map,
    const char *name)
{
	return map->count == 0 ? NULL : bsearch(name, map->lines, map->count,
	    sizeof(*map->lines), compare_name);
}

void
genauth_account_map_free(struct genauth_account_map *map)
{
	free(map->lines);
	genauth_secret_free(&map->text);
	*map = (struct genauth_account_map){ .count = 0 };
}
