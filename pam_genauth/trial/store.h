/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h owns files that must be whole whenever the machine stops: they are
 * written beside their place, brought to disk, and put there by rename(2).
 */
#ifndef GENAUTH_STORE_H
#define GENAUTH_STORE_H

#include <sys/stat.h>

#include <stdbool.h>

#include "common/failure.h"
#include "common/secret.h"

/*
 * Puts content at path with owner and mode of "like", and has it on disk when
 * it returns.  What is left of an earlier attempt is overwritten.
 */
bool genauth_store_put(const char *path, const struct genauth_secret *content,
    const struct stat *like, struct genauth_failure *failure);

/* Puts a copy of a file, its owner and mode at another path. */
bool genauth_store_copy(const char *from, const char *to,
    struct genauth_failure *failure);

/* Renames a file within its folder, and has that on disk when it returns. */
bool genauth_store_move(const char *from, const char *to,
    struct genauth_failure *failure);

/* Removes what is left of an attempt to write the file. */
void genauth_store_tidy(const char *path);

/* Removes a file, and what is left of writing it, if they are there. */
bool genauth_store_remove(const char *path, struct genauth_failure *failure);

/* What a file holds may be at most, in bytes. */
#define GENAUTH_STORE_LIMIT (1024 * 1024)

#endif
