/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.h owns what the tool does to a terminal: colours, and a password
 * that is not shown.
 */
#ifndef GENAUTH_TERMINAL_H
#define GENAUTH_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Standard output is a terminal and NO_COLOR is not set. */
bool genauth_terminal_has_colour(void);

/*
 * Asks for a password on the terminal of the process, without echo, or takes
 * the first line of standard input when from_stdin.  false: there is none, or
 * it does not fit; the reason has been printed.
 */
bool genauth_terminal_password(bool from_stdin, char *password, size_t size);

/*
 * The same for a code behind the password, with echo, or the next line of
 * standard input.
 */
bool genauth_terminal_code(bool from_stdin, const char *prompt, char *code,
    size_t size);

/* Whether somebody can be asked: standard input is our terminal. */
bool genauth_terminal_is_there(void);

/*
 * Asks on the terminal, with echo or without, for a line that may be empty.
 * false: there is none, or it does not fit; that has been said, unless the
 * person has ended it.
 */
bool genauth_terminal_line(const char *prompt, bool echo, char *line,
    size_t size);

/*
 * Takes the next line of standard input, and nothing behind it.  false: there is
 * none.
 */
bool genauth_terminal_stdin(char *line, size_t size);

#endif
