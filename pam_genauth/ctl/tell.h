/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tell.h owns the lines that say what came of a login, for all commands that
 * have one to show.
 */
#ifndef GENAUTH_TELL_H
#define GENAUTH_TELL_H

#include "common/answer.h"

/* Name and meaning of the verdict, the reason unless it is NULL, PAM's code. */
void genauth_tell_verdict(enum genauth_verdict verdict, const char *reason);

/* The second factor that was asked for, if one was. */
void genauth_tell_factor(const struct genauth_answer *answer);

/* What GenAuth said, in codes. */
void genauth_tell_codes(const struct genauth_answer *answer);

#endif
