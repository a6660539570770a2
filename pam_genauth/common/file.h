/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h owns the reading of files whose content root trusts, and the folders
 * for them.
 */
#ifndef GENAUTH_FILE_H
#define GENAUTH_FILE_H

#include <sys/stat.h>

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"
#include "common/secret.h"

/*
 * Opens a file to read, close-on-exec.
 *
 * The path must be absolute.  The file must be regular, and it and every
 * directory above it must belong to root (or to the user the process runs
 * as, where that is not root) and not be writable by group or others (a
 * sticky directory such as /tmp may be).  A symbolic link on the way is
 * followed if it belongs to root, too, as does all on the way that it names.
 * A FIFO or device is refused without blocking.
 *
 * -1: failure says CONFIG, with the path, the fault and the cure.
 */
int genauth_file_open(const char *path, struct stat *status,
    struct genauth_failure *failure);

/*
 * Reads all of an open file, of at most limit bytes; name is for the failure.
 * On success content is the caller's to free; on failure it is empty.
 */
bool genauth_file_read_open(int fd, const char *name, size_t limit,
    struct genauth_secret *content, struct genauth_failure *failure);

/* Opens it, reads it and closes it.  status may be NULL. */
bool genauth_file_read(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure);

/* The same, but no component may be a symbolic link: for what is replaced. */
bool genauth_file_read_itself(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure);

/*
 * Checks a directory, and every one above it, by the same rules.  What is in
 * it is not looked at.
 */
bool genauth_file_check_directory(const char *path,
    struct genauth_failure *failure);

/*
 * The same, and makes the last one where it is missing, with that mode,
 * whatever the umask of whoever has started us.
 */
bool genauth_file_make_shared(const char *path, mode_t mode,
    struct genauth_failure *failure);

/*
 * As genauth_file_check_directory, and makes those that are missing: the last
 * one is open to us alone, those above it to all.  Nothing is made where nobody
 * could trust it.
 */
bool genauth_file_make_directory(const char *path,
    struct genauth_failure *failure);

/*
 * A host with closed descriptors would take ours for its standard input, output
 * or error, read a password from it or write into it: returns another one for
 * such a descriptor, close-on-exec, and closes that; others, and -1, it returns
 * as they are.  -1 with errno set.
 */
int genauth_file_above_stdio(int fd);

/*
 * Closes first and all above, also where the kernel does not know close_range
 * or may not be asked for it.
 */
void genauth_file_close_from(int first);

/* Whether group and others have no access at all. */
bool genauth_file_is_private(const struct stat *status);

#endif
