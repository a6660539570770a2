/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h owns one conversation of genauth-signin with the process that has
 * started it (common/message.h).
 */
#ifndef GENAUTH_SESSION_H
#define GENAUTH_SESSION_H

#include <stdbool.h>

#include "signin/confine.h"

/*
 * Says READY on the socket, gets START, gives up all rights, makes ready what
 * it can, and answers one question; a change of the password is a second one,
 * behind a login.  What confinement lacks since its start is said with the
 * answer.  false: there was no question, or the answer could not be sent.
 *
 * is_last: the process ends now.  The connection is left to that, which takes
 * a fraction of the time, and somebody waits for its end.
 */
bool genauth_session_run(int fd, struct genauth_confinement *confinement,
    bool is_last);

#endif
