/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h owns the way from a PAM user to a GenAuth account.
 */
#ifndef GENAUTH_ACCOUNT_H
#define GENAUTH_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/options.h"

struct passwd;

/*
 * account_format with %u replaced by the user's name in NSS, which is one
 * however the user spelled it, or by user where entry is NULL.  CONFIG: the
 * account would be too long or would have a control character in it.
 */
bool genauth_account_make(const struct genauth_options *options,
    const char *user, const struct passwd *entry, char *account, size_t size,
    struct genauth_failure *failure);

#endif
