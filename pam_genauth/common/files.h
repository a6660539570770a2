/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.h owns the files that options name for a login.  Who has the
 * rights opens them; genauth-signin, which has none, gets them open.
 */
#ifndef GENAUTH_FILES_H
#define GENAUTH_FILES_H

#include "common/message.h"
#include "common/options.h"
#include "common/secret.h"

enum genauth_files_of {
	GENAUTH_FILES_CA,	/* ca_file */
	GENAUTH_FILES_CLIENT_CERT,
	GENAUTH_FILES_CLIENT_KEY,
	GENAUTH_FILES_PASSWORD_KEY,	/* password_public_key_file */
	GENAUTH_FILES_COUNT
};

/* Start from GENAUTH_FILES_NONE; -1: none.  The holder closes them. */
struct genauth_files {
	int fds[GENAUTH_FILES_COUNT];
};
#define GENAUTH_FILES_NONE ((struct genauth_files){ { -1, -1, -1, -1 } })

/*
 * Opens what the options name, and checks it and ca_path by the rules of
 * file.h; the client's key must be private.  false: none is open.
 */
bool genauth_files_open(struct genauth_files *files,
    const struct genauth_options *options, struct genauth_failure *failure);

/* A START with these files; as genauth_message_send. */
bool genauth_files_send_start(int fd, struct genauth_records *records,
    const struct genauth_files *files);

/* Takes them out of a message.  false: they are not as its records say. */
bool genauth_files_take(struct genauth_files *files,
    struct genauth_message *message);

/*
 * The content, of at most a megabyte, once; empty where there is no file.  One
 * that is no PEM is refused.  failure is CONFIG and names option, file and
 * cure.
 */
bool genauth_files_read(struct genauth_files *files,
    const struct genauth_options *options, enum genauth_files_of of,
    struct genauth_secret *content, struct genauth_failure *failure);

void genauth_files_close(struct genauth_files *files);

#endif
