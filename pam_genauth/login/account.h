/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h owns the way from a PAM user to a GenAuth account: the line of
 * account_map, else account_format.
 */
#ifndef GENAUTH_ACCOUNT_H
#define GENAUTH_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/answer.h"
#include "common/options.h"

struct genauth_login;

struct genauth_account {
	char name[512];
	char sub[GENAUTH_SUB_SIZE];	/* of the id_token; "": any */
	unsigned line;	/* of account_map; 0: by account_format */
};

/*
 * The account of the user by the name in NSS, which is one however the user
 * spelled it; where NSS knows none, account_format of what was said.
 *
 * false with SKIP: account_map has no line for the user, and nothing is to be
 * made of the name.  With CONFIG: account_map is wrong, or the account would be
 * too long or would have a control character in it.
 */
bool genauth_account_make(const struct genauth_login *login,
    struct genauth_account *account, struct genauth_failure *failure);

/* That of account_format alone, as account_case says. */
bool genauth_account_format(const struct genauth_options *options,
    const char *user, struct genauth_account *account,
    struct genauth_failure *failure);

#endif
