/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h owns one conversation of genauth-signin with the process that has
 * started it (common/message.h).
 */
#ifndef GENAUTH_SESSION_H
#define GENAUTH_SESSION_H

#include <stdbool.h>

/*
 * Says READY on the socket, gets START, gives up all rights, makes ready what
 * it can, and answers one question.  false: there was no question, or the
 * answer could not be sent.
 */
bool genauth_session_run(int fd);

#endif
