/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lines.h"

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

enum genauth_lines_result
genauth_lines_next(struct genauth_lines *lines)
{
	size_t length = 0;
	ssize_t n;
	char *start;
	bool goes_on = true;

	while (goes_on) {
		n = getline(&lines->chunk, &lines->size, lines->file);
		if (n < 0)
			return length > 0 ? GENAUTH_LINES_CUT :
			    GENAUTH_LINES_END;
		lines->read++;
		if (length == 0)
			lines->number = lines->read;
		if (length + (size_t)n >= GENAUTH_LINES_LIMIT)
			return GENAUTH_LINES_TOO_LONG;
		start = lines->chunk + strspn(lines->chunk, BLANK);
		/* Also between a line and its continuation. */
		if (*start == '\0' || *start == '#')
			continue;
		goes_on = trim(start);
		snprintf(lines->text + length, GENAUTH_LINES_LIMIT - length,
		    "%s", lines->chunk);
		length += strlen(lines->chunk);
	}
	return GENAUTH_LINES_LINE;
}

void
genauth_lines_close(struct genauth_lines *lines)
{
	free(lines->chunk);
	fclose(lines->file);
}
