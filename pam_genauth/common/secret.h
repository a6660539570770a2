/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret.h owns bytes that must not outlive their use: passwords, tokens,
 * keys, replies.
 */
#ifndef GENAUTH_SECRET_H
#define GENAUTH_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * data is NULL when there is nothing, else length bytes and a NUL behind
 * them.  Start from { 0 }; the holder calls genauth_secret_free.
 */
struct genauth_secret {
	char *data;
	size_t length;
};

/* Replaces the content by a copy of length bytes.  false: out of memory. */
bool genauth_secret_set(struct genauth_secret *secret, const void *data,
    size_t length);

/* Wipes and frees the content; the secret may be set again. */
void genauth_secret_free(struct genauth_secret *secret);

/*
 * Wipes what functions that have returned left on the stack.  The dynamic
 * linker leaves vector registers there, with pieces of whatever was copied
 * last, when it binds a function of the host's libraries.
 */
void genauth_secret_wipe_stack(void);

/* Wipes and frees a string from malloc; NULL is allowed. */
void genauth_secret_free_string(char *string);

#endif
