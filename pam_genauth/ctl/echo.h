/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * echo.h owns the way back to a terminal that shows what is typed, for the time
 * after a process that was killed while it was hidden.
 */
#ifndef GENAUTH_ECHO_H
#define GENAUTH_ECHO_H

#include <termios.h>

/*
 * Has a process of its own wait for the end of this one, and then set the
 * terminal to "shown".  Returns a descriptor that stands for it, for
 * genauth_echo_release; -1 if there can be none, which is no reason not to go
 * on.
 */
int genauth_echo_guard(int terminal, const struct termios *shown);

/* Tells it that it is not needed any more; the terminal is not touched. */
void genauth_echo_release(int guard);

#endif
