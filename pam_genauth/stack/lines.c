/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/lines.h"

#include <stdlib.h>
#include <string.h>

/* What libpam takes for blank; '\r' is not. */
#define BLANK " \t\n"

/*
 * Cuts off the comment, or the backslash that may have blanks behind it;
 * whether the next line continues this one.  start is not blank.
 */
static bool
trim(char *start)
{
	char *end = strchr(start, '#');

	if (end != NULL) {
		*end = '\0';
		return false;
	}
	end = start + strlen(start);
	while (strchr(BLANK, end[-1]) != NULL)
		end--;
	if (end[-1] != '\\')
		return false;
	end[-1] = ' ';
	*end = '\0';
	return true;
}

/* false: out of memory. */
static bool
append(struct genauth_lines *lines, const char *part)
{
	size_t length = strlen(part);
	size_t room = lines->length + length + 1;
	char *text;

	if (room > lines->room) {
		if ((text = realloc(lines->text, room)) == NULL)
			return false;
		lines->text = text;
		lines->room = room;
	}
	memcpy(lines->text + lines->length, part, length + 1);
	lines->length += length;
	return true;
}

/* The first one: there the readings part. */
static void
note(struct genauth_lines *lines, enum genauth_lines_difference difference,
    unsigned line)
{
	if (lines->difference != GENAUTH_LINES_SAME)
		return;
	lines->difference = difference;
	lines->different = line;
}

enum genauth_lines_result
genauth_lines_next(struct genauth_lines *lines)
{
	size_t used = 0;
	ssize_t n;
	char *start;
	bool goes_on = false;

	lines->length = 0;
	lines->difference = GENAUTH_LINES_SAME;
	for (;;) {
		n = getline(&lines->chunk, &lines->size, lines->file);
		if (n < 0)
			return goes_on ? GENAUTH_LINES_CUT : GENAUTH_LINES_END;
		lines->read++;
		if (!goes_on)
			lines->number = lines->read;
		if (memchr(lines->chunk, '\0', (size_t)n) != NULL)
			return GENAUTH_LINES_NUL;
		if (used + (size_t)n >= GENAUTH_LINES_LIMIT) {
			if (lines->old)
				return GENAUTH_LINES_TOO_LONG;
			note(lines, GENAUTH_LINES_LONG, lines->number);
		}
		start = lines->chunk + strspn(lines->chunk, BLANK);
		if (*start == '\0' || *start == '#') {
			if (!goes_on)
				continue;
			note(lines, GENAUTH_LINES_GAP, lines->read - 1);
			if (!lines->old && lines->length > 0)
				return GENAUTH_LINES_LINE;
			goes_on = lines->old;
			continue;
		}
		goes_on = trim(start);
		used += strlen(lines->chunk);
		/* Blanks before what goes on count within brackets. */
		if (!append(lines, lines->old ? lines->chunk :
		    start + strspn(start, BLANK)))
			return GENAUTH_LINES_NO_MEMORY;
		if (!goes_on)
			return GENAUTH_LINES_LINE;
	}
}

void
genauth_lines_close(struct genauth_lines *lines)
{
	free(lines->text);
	free(lines->chunk);
	fclose(lines->file);
}
