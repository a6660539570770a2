/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_file.h owns the file that password_public_key_file names, as root sees
 * and writes it.
 */
#ifndef GENAUTH_KEY_FILE_H
#define GENAUTH_KEY_FILE_H

#include <stdbool.h>

#include "common/failure.h"

enum genauth_key_file {
	GENAUTH_KEY_FILE_NONE,		/* there is no file */
	GENAUTH_KEY_FILE_SAME,		/* but for the end of the last line */
	GENAUTH_KEY_FILE_OTHER,		/* another key */
	GENAUTH_KEY_FILE_FOREIGN,	/* something that is no public key */
};

/* Whether that has the form of a public key: PEM, base64 or hex digits. */
bool genauth_key_file_is_key(const char *text);

/*
 * Compares what the file holds with a key as GenAuth publishes it.  false: a
 * login would not read it (common/file.h), and failure says why.
 */
bool genauth_key_file_compare(const char *path, const char *key,
    enum genauth_key_file *held, struct genauth_failure *failure);

/*
 * Whether a login would read a file there: the path is one that the option can
 * hold, and nobody but root can replace what lies at it; and whether it is a
 * file, if it is there.  The failure is CONFIG, with a cure.
 */
bool genauth_key_file_check_place(const char *path,
    struct genauth_failure *failure);

/*
 * Writes the key to the file, ours and readable for all: whole and on disk, or
 * not at all.  The place has been checked.
 */
bool genauth_key_file_save(const char *path, const char *key,
    struct genauth_failure *failure);

#endif
