/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prepared.h owns a genauth-signin that was started before anybody has said
 * what to ask it: for one user of one service, with one START.
 */
#ifndef GENAUTH_PREPARED_H
#define GENAUTH_PREPARED_H

#include "common/secret.h"
#include "login/helper.h"

/* Start from GENAUTH_PREPARED_NONE; the holder calls genauth_prepared_end. */
struct genauth_prepared {
	struct genauth_helper helper;
	struct genauth_secret user, service;
	struct genauth_secret start;	/* the records of START */
};
#define GENAUTH_PREPARED_NONE \
	((struct genauth_prepared){ .helper = GENAUTH_HELPER_NONE })

/* Remembers what it is for.  false: out of memory. */
bool genauth_prepared_set(struct genauth_prepared *prepared, const char *user,
    const char *service, const struct genauth_start *start,
    const struct genauth_options *options);

/* Whether it is there, alive, and was started for that login. */
bool genauth_prepared_is_for(const struct genauth_prepared *prepared,
    const char *user, const char *service);

/* Whether it is for that login, and was started with exactly that. */
bool genauth_prepared_fits(const struct genauth_prepared *prepared,
    const char *user, const char *service, const struct genauth_start *start,
    const struct genauth_options *options);

/* Ends the process, if there is one and it is ours, and forgets all. */
void genauth_prepared_end(struct genauth_prepared *prepared);

#endif
