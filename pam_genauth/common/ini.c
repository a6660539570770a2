/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/ini.h"

#include <string.h>

#define BLANKS " \t"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/*
 * Room for the longest value that an option may have, twice over.  The limit
 * is no need of ours: a line that long is no line of options.
 */
#define LINE_LIMIT 2048
#define TEXT_OF(number) #number
#define LONGER_THAN(limit) "line longer than " TEXT_OF(limit) " bytes"

void
genauth_ini_start(struct genauth_ini *ini, char *text, size_t length)
{
	*ini = (struct genauth_ini){ .next = text, .end = text + length };
	if (strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
		ini->next += strlen(BYTE_ORDER_MARK);
}

static enum genauth_ini_line
fail(struct genauth_ini *ini, const char *fault)
{
	ini->fault = fault;
	return GENAUTH_INI_FAULT;
}

/* Ends the text there, or before the blanks that stand before. */
static void
cut(const char *text, char *end)
{
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
}

/* Takes off a comment: it begins with a ';' behind a blank. */
static void
cut_comment(char *line)
{
	char *end = line + strcspn(line, ";");

	while (*end != '\0' && end > line && strchr(BLANKS, end[-1]) == NULL)
		end += 1 + strcspn(end + 1, ";");
	cut(line, end);
}

static enum genauth_ini_line
take_section(struct genauth_ini *ini, char *line)
{
	char *last = line + strlen(line) - 1;

	ini->name = *last == ']' ? line + 1 : last + 1;
	*last = *last == ']' ? '\0' : *last;
	return GENAUTH_INI_SECTION;
}

/*
 * Only a word is a name: what stands before a '=' further behind may be a
 * secret, and a caller repeats names.
 */
static enum genauth_ini_line
take_value(struct genauth_ini *ini, char *line)
{
	size_t length = strspn(line, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	char *value = line + length + strspn(line + length, BLANKS);

	if (length == 0 || *value != '=')
		return fail(ini, "neither [section] nor key = value");
	line[length] = '\0';
	value++;
	value += strspn(value, BLANKS);
	/* One pair of quotes keeps the blanks inside. */
	if (*value == '"') {
		length = strlen(value);
		if (length < 2 || value[length - 1] != '"')
			return fail(ini, "a value that begins with a quote "
			    "must end in one (\" ;\" begins a comment)");
		value[length - 1] = '\0';
		value++;
	}
	ini->name = line;
	ini->value = value;
	return GENAUTH_INI_VALUE;
}

enum genauth_ini_line
genauth_ini_next(struct genauth_ini *ini, char **found)
{
	char *line = ini->next, *end;

	if (line == ini->end)
		return GENAUTH_INI_END;
	ini->number++;
	end = memchr(line, '\n', (size_t)(ini->end - line));
	ini->next = end != NULL ? end + 1 : ini->end;
	if (end == NULL)
		end = ini->end;
	if (end > line && end[-1] == '\r')
		end--;
	*end = '\0';
	line += strspn(line, BLANKS);
	if (line + strlen(line) != end)
		return fail(ini, "has a NUL byte");
	if (end - line > LINE_LIMIT)
		return fail(ini, LONGER_THAN(LINE_LIMIT));
	*found = line;
	return *line == '\0' ? GENAUTH_INI_EMPTY : GENAUTH_INI_VALUE;
}

enum genauth_ini_line
genauth_ini_read(struct genauth_ini *ini)
{
	char *line;
	enum genauth_ini_line kind = genauth_ini_next(ini, &line);

	if (kind != GENAUTH_INI_VALUE)
		return kind;
	if (*line == '#' || *line == ';')
		return GENAUTH_INI_EMPTY;
	cut_comment(line);
	if (*line == '\0')
		return GENAUTH_INI_EMPTY;
	return *line == '[' ? take_section(ini, line) : take_value(ini, line);
}
