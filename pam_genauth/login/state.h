/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h owns the folder in which one login leaves something for the next, and
 * how its files are replaced.  It is gone after a reboot.  Without it, or with
 * one that cannot be used, nothing is remembered.
 */
#ifndef GENAUTH_STATE_H
#define GENAUTH_STATE_H

#include <sys/types.h>

#include <stdbool.h>

#include "common/secret.h"

/* The longest path, in bytes with the NUL. */
#define GENAUTH_STATE_PATH 512

/*
 * Sees to it that there is the folder, which nobody but root can change.  With
 * other modes than the umask of whoever called su would give it.
 */
bool genauth_state_make_folder(void);

/*
 * Whether a file of that size, in bytes, may be written; beyond the limit the
 * kernel would end the host with SIGXFSZ.
 */
bool genauth_state_fits_limit(size_t size);

/* Replaces the file, whole or not at all: others may read at this moment. */
void genauth_state_store(const char *path, const struct genauth_secret *content,
    mode_t mode);

#endif
