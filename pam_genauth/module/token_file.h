/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_file.h owns the files of a session's tokens (option token_file), which
 * take the place of the variables of export.h: what is in the environment is
 * inherited by each program and shown in /proc, and stays there.
 */
#ifndef GENAUTH_TOKEN_FILE_H
#define GENAUTH_TOKEN_FILE_H

#include <security/pam_modules.h>

/*
 * At the beginning of a session: each token of the PAM environment goes into a
 * file that the user alone can read, and its variable becomes one with _FILE
 * behind it.  A token that cannot be written is gone, and the log says why.
 * Nothing without the option, or without tokens.
 */
void genauth_token_file_open(pam_handle_t *pamh, int flags, int argc,
    const char **argv);

/* At its end: the files are removed. */
void genauth_token_file_close(pam_handle_t *pamh);

#endif
