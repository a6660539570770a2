/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h owns the words of a pam.d line: how it is cut into them, and what
 * its control means.
 */
#ifndef GENAUTH_CONTROL_H
#define GENAUTH_CONTROL_H

#include <stdbool.h>

/*
 * The next word of *text, ended by a NUL in place; *text moves behind it.
 * What stands in [brackets] is one word, without them, and "\]" is a bracket
 * in it.  NULL: there is none.
 */
char *genauth_control_word(char **text);

/*
 * Fills in what "required" … or "success=ok default=bad" make of each of the
 * GENAUTH_PAM_CODES codes.  false: it is no control; every code is then bad,
 * as with libpam.
 */
bool genauth_control_parse(const char *control, int *actions);

#endif
