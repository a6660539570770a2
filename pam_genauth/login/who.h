/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * who.h owns whether GenAuth is asked about a user: policy.h, and then the
 * lists of the options.
 */
#ifndef GENAUTH_WHO_H
#define GENAUTH_WHO_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"

struct passwd;
struct genauth_login;

/*
 * deny_users, deny_groups, allow_users and allow_groups, in that order: who is
 * denied is not in, whatever allows; with neither of the last two, all others
 * are.  Names are compared with the entry's.
 *
 * false with SKIP: not in.  With CONFIG: a group of deny_groups is not known,
 * so nobody can tell who is in it; with INTERNAL: NSS does not say.
 */
bool genauth_who_is_listed(const struct genauth_options *options,
    const struct passwd *entry, struct genauth_failure *failure);

/*
 * All that is to be known of the login before anybody types or anything is
 * sent: policy, allow_hosts, and the lists.  false as genauth_who_is_listed.
 */
bool genauth_who_is_served(const struct genauth_login *login,
    struct genauth_failure *failure);

#endif
