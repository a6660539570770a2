/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ini.h owns the syntax of an INI file: how a text falls into lines, and a
 * line into its parts.  What they mean is for the caller to know.
 */
#ifndef GENAUTH_INI_H
#define GENAUTH_INI_H

#include <stddef.h>

enum genauth_ini_line {
	GENAUTH_INI_END,	/* there are no more lines */
	GENAUTH_INI_EMPTY,	/* a blank line or a comment */
	GENAUTH_INI_SECTION,	/* begins with '['; name, or "" without ']' */
	GENAUTH_INI_VALUE,	/* name = value */
	GENAUTH_INI_FAULT,	/* none of these: fault says why */
};

struct genauth_ini {
	char *next, *end;
	unsigned number;	/* of the line read last, from 1 */

	/* Of that line; they live as long as the text. */
	char *name, *value;
	const char *fault;
};

/*
 * Begins to read a text, behind which there is a NUL.  It is cut to pieces in
 * place, so that there is no copy of a secret to be wiped.
 */
void genauth_ini_start(struct genauth_ini *ini, char *text, size_t length);

enum genauth_ini_line genauth_ini_read(struct genauth_ini *ini);

/*
 * Only the line, for a file of another syntax: VALUE, and *line is what stands
 * there without indentation and end; EMPTY without anything, END or FAULT.
 */
enum genauth_ini_line genauth_ini_next(struct genauth_ini *ini, char **line);

#endif
