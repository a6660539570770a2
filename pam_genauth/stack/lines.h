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
	GENAUTH_LINES_NUL,	/* a byte that is no text */
	GENAUTH_LINES_NO_MEMORY,
	GENAUTH_LINES_END,
};

/* Where libpam up to 1.5 and later ones part. */
enum genauth_lines_difference {
	GENAUTH_LINES_SAME,
	GENAUTH_LINES_GAP,	/* nothing, or a comment, behind a backslash */
	GENAUTH_LINES_LONG,
};

/* Start with the file, and with how it is to be read. */
struct genauth_lines {
	FILE *file;
	bool old;		/* as libpam up to 1.5 does */
	char *text;		/* never blank, no comment */
	unsigned number;	/* where text begins */
	enum genauth_lines_difference difference;
	unsigned different;	/* the line of the file where it is */

	size_t length, room;
	char *chunk;
	size_t size;
	unsigned read;
};

/*
 * The next line, with those that continue it.  A difference may also be found
 * when there is no line any more.
 */
enum genauth_lines_result genauth_lines_next(struct genauth_lines *lines);

/* Closes the file. */
void genauth_lines_close(struct genauth_lines *lines);

#endif
