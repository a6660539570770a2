/* SPDX-License-Identifier: BSD-2-Clause */
/* helper_user.h owns which user genauth-signin becomes. */
#ifndef GENAUTH_HELPER_USER_H
#define GENAUTH_HELPER_USER_H

struct passwd;

/*
 * The user of that name; with NULL, the option unset, _genauth, which packages
 * make, and where that is missing nobody.  The entry is getpwnam's; NULL with
 * errno, 0 for "no such user".
 */
const struct passwd *genauth_helper_user(const char *option);

#endif
