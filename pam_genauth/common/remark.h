/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * remark.h owns what GenAuth says to the person in words of its own (TELL): why
 * it does not take a new password.  Foreign text, shown but never logged.
 */
#ifndef GENAUTH_REMARK_H
#define GENAUTH_REMARK_H

#include "common/records.h"

/* Cut to that, in bytes with the NUL. */
#define GENAUTH_REMARK_SIZE 256

/* The text is cleaned (genauth_text_clean_utf8) and cut. */
void genauth_remark_encode(const char *text, struct genauth_records *records);

/*
 * false, and "": malformed or empty, from a message that may be hostile.  What
 * is read is cleaned again.
 */
bool genauth_remark_decode(const struct genauth_records *records,
    char remark[GENAUTH_REMARK_SIZE]);

#endif
