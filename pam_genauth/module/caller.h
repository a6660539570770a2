/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caller.h owns what an ordinary user who calls a set-user-ID host, such as
 * su, is kept from: to kill it between GenAuth's answer and the delay, and so
 * to guess fast; to have connections made for nothing.  What is remembered of
 * a user is the time of two files, in the folder of the cache; nothing of it
 * makes anybody else wait.  Without that folder nothing is remembered.
 */
#ifndef GENAUTH_CALLER_H
#define GENAUTH_CALLER_H

#include <stdbool.h>
#include <time.h>

/* What a refused person waits before the next try, as with pam_unix. */
#define GENAUTH_CALLER_DELAY_MS 2000

/* Whether the host has other rights than whoever has called it. */
bool genauth_caller_is_user(void);

/*
 * Waits for the caller's turn: the delay after his attempt before, unless that
 * has succeeded.  false: too many of his are waiting already.  turn is for
 * genauth_caller_succeeded.
 */
bool genauth_caller_wait(struct timespec *turn);

/* The attempt has succeeded; if it was the last, the next one need not wait. */
void genauth_caller_succeeded(const struct timespec *turn);

/* Whether a connection may be made before a password is there: not often. */
bool genauth_caller_may_prepare(void);

#endif
