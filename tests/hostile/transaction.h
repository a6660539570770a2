/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transaction.h owns what every host of these tests has in common: one PAM
 * transaction with one password, and with the codes of a second factor behind
 * it, each after a tab.  Prompts appear on descriptor 2, whatever that is;
 * nothing waits after a refusal.
 */
#ifndef HOSTILE_TRANSACTION_H
#define HOSTILE_TRANSACTION_H

#include <security/pam_appl.h>

#include <stddef.h>

/*
 * pam_start and pam_authenticate.  Returns the PAM code; *pamh is for
 * transaction_end, and NULL if there was no transaction at all.  Each code is
 * typed once; where there is none left, the conversation fails.
 */
int transaction_begin(pam_handle_t **pamh, const char *service,
    const char *user, const char *password);

/* pam_end; code is what transaction_begin returned. */
void transaction_end(pam_handle_t *pamh, int code);

/* Both; returns the PAM code. */
int transaction(const char *service, const char *user, const char *password);

/*
 * From now on a transaction changes the password to that, which stays the
 * caller's, as a program of root's that an ordinary user has called.
 */
void transaction_change(const char *password);

/* From now on the answer to a prompt takes so long. */
void transaction_type_slowly(unsigned milliseconds);

/*
 * From now on the password, or each code, is typed when there is a file of
 * that name; which stays the caller's.
 */
void transaction_type_password_after(const char *path);
void transaction_type_codes_after(const char *path);

/*
 * Reads one line from descriptor 0, byte by byte: no buffer of the C library
 * gets to see it.  Ends the program if there is none, or it is too long.
 */
void transaction_read_line(char *line, size_t size);

#endif
