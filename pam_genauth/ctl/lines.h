/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.h owns how a file of /etc/pam.d is cut into lines: comments, blank
 * lines and continuations, as libpam sees them.
 */
#ifndef GENAUTH_LINES_H
#define GENAUTH_LINES_H

#include <stdbool.h>
#include <stdio.h>

/* libpam up to 1.5 cuts longer lines into two, also comments. */
#define GENAUTH_LINES_LIMIT 1024

enum genauth_lines_result {
	GENAUTH_LINES_LINE,
	GENAUTH_LINES_TOO_LONG,	/* the line was passed over */
	GENAUTH_LINES_CUT,	/* the file ends within a continuation */
	GENAUTH_LINES_END,
};

/* Start with the file alone. */
struct genauth_lines {
	FILE *file;
	char text[GENAUTH_LINES_LIMIT];	/* never blank, no comment */
	unsigned number;	/* where text begins */

	char *chunk;
	size_t size;
	unsigned read;
};

/* The next line, with those that continue it. */
enum genauth_lines_result genauth_lines_next(struct genauth_lines *lines);

/* Closes the file. */
void genauth_lines_close(struct genauth_lines *lines);

#endif
