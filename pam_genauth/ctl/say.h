/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * say.h owns how the tool speaks to a person: on a terminal in lines of 80
 * columns, broken at blanks, never within a word.
 */
#ifndef GENAUTH_SAY_H
#define GENAUTH_SAY_H

#include <stdio.h>

/* Replaces what could steer a terminal, in place; UTF-8 stays. */
void genauth_say_clean(char *text);

/*
 * Writes text, whose first line begins at that column; what goes on in another
 * line is indented.  Line ends of the text stay; it gets none of its own.
 */
void genauth_say_text(FILE *out, int column, int indent, const char *text);

#define GENAUTH_SAY_COLUMNS 80

/* Where text begins behind a label such as "verdict" or "PAM code". */
#define GENAUTH_SAY_LABEL 11

/* Says something on standard output. */
void genauth_say(int indent, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Says on standard error what is wrong, behind the name of the tool, as a line;
 * control characters are replaced.
 */
void genauth_say_error(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
