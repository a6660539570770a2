/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/conf_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/ini.h"

#define BLANKS " \t"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Where something stands in the text. */
struct span {
	size_t start, end;	/* the end is behind the line's own */
	bool found;
};

/* Whether "key =" stands there. */
static bool
is_key(const char *line, const char *key)
{
	line += strspn(line, BLANKS);
	if (strncmp(line, key, strlen(key)) != 0)
		return false;
	line += strlen(key);
	return line[strspn(line, BLANKS)] == '=';
}

/* Whether a line shows the key in a comment, as the example does. */
static bool
is_shown(const char *line, const char *key)
{
	return *line == '#' && is_key(line + 1, key);
}

/*
 * Finds the line of the key and the comment that shows it, the first one of
 * each; place is the end of what holds for all services.
 */
static void
find(const struct genauth_secret *text, const char *key, struct span *line,
    struct span *shown, size_t *place)
{
	const size_t mark = strlen(BYTE_ORDER_MARK);
	size_t start = strncmp(text->data, BYTE_ORDER_MARK, mark) == 0 ?
	    mark : 0;

	*line = *shown = (struct span){ .found = false };
	while (start < text->length) {
		const char *at = text->data + start, *end = memchr(at, '\n',
		    text->length - start);
		const struct span here = { start, end != NULL ?
		    (size_t)(end + 1 - text->data) : text->length, true };

		if (at[strspn(at, BLANKS)] == '[')
			break;
		if (!line->found && is_key(at, key))
			*line = here;
		if (!shown->found && is_shown(at, key))
			*shown = here;
		start = here.end;
	}
	*place = start;
}

/* A value that begins like a comment or a quote is one in quotes. */
static void
write_line(char *out, size_t size, const char *key, const char *value)
{
	bool quoted = strchr("\"; \t", value[0]) != NULL ||
	    strchr(BLANKS, value[strlen(value) - 1]) != NULL;

	snprintf(out, size, quoted ? "%s = \"%s\"\n" : "%s = %s\n", key,
	    value);
}

/* Puts a line, or "", in the place of the span. */
static bool
put(struct genauth_secret *text, const struct span *span, const char *line)
{
	const bool opens = span->start > 0 && *line != '\0' &&
	    text->data[span->start - 1] != '\n';
	const size_t tail = text->length - span->end,
	    length = span->start + opens + strlen(line) + tail;
	char *whole = malloc(length + 1);
	struct genauth_secret changed;

	if (whole == NULL)
		return false;
	snprintf(whole, length + 1, "%.*s%s%s%s", (int)span->start,
	    text->data, opens ? "\n" : "", line, text->data + span->end);
	changed = (struct genauth_secret){ .data = whole, .length = length };
	genauth_secret_free(text);
	*text = changed;
	return true;
}

bool
genauth_conf_edit_set(struct genauth_secret *text, const char *key,
    const char *value)
{
	struct span line, shown;
	size_t place;
	char written[4096] = "";
	bool done;

	find(text, key, &line, &shown, &place);
	if (value == NULL && !line.found)
		return true;
	if (value != NULL)
		write_line(written, sizeof(written), key, value);
	if (!line.found)
		line.start = line.end = shown.found ? shown.end : place;
	done = put(text, &line, written);
	explicit_bzero(written, sizeof(written));
	return done;
}

bool
genauth_conf_edit_says(const struct genauth_secret *text, const char *key,
    const char *value)
{
	struct genauth_secret copy = { 0 };
	struct genauth_ini ini;
	enum genauth_ini_line kind;
	bool says = value == NULL, faulty = false;

	if (!genauth_secret_set(&copy, text->data, text->length))
		return false;
	genauth_ini_start(&ini, copy.data, copy.length);
	while ((kind = genauth_ini_read(&ini)) != GENAUTH_INI_END &&
	    kind != GENAUTH_INI_SECTION) {
		faulty = faulty || kind == GENAUTH_INI_FAULT;
		if (kind == GENAUTH_INI_VALUE && strcmp(ini.name, key) == 0)
			says = value != NULL && strcmp(ini.value, value) == 0;
	}
	genauth_secret_free(&copy);
	return says && !faulty;
}
