/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h owns whom the module serves.  Pure functions: nothing is asked,
 * nothing is sent.
 */
#ifndef GENAUTH_POLICY_H
#define GENAUTH_POLICY_H

#include "common/options.h"

struct genauth_failure;
struct genauth_person;
struct passwd;

/* The longest user name that is looked at, in bytes. */
#define GENAUTH_POLICY_USER_LIMIT 256

/* libpam cuts answers at that length: its PAM_MAX_RESP_SIZE. */
#define GENAUTH_PASSWORD_LIMIT 512

/*
 * Why a user is not served, for the log, or NULL for one who is.  entry is the
 * user's in NSS, NULL when there is none.  uid 0 is refused whatever the options
 * min_uid, user_names and allow_nologin say.
 */
const char *genauth_policy_refuses_user(const char *user,
    const struct passwd *entry, const struct genauth_options *options);

/*
 * Why a password is never sent, for the log, or NULL when it may be: empty,
 * GENAUTH_PASSWORD_LIMIT bytes and more, not UTF-8, or the filler that sshd
 * hands to PAM in place of the password of a user whom it will refuse.
 * Sending that would lock the accounts of people who never tried to log in.
 */
const char *genauth_policy_refuses_password(const char *password);

/*
 * That of the person (login/login.h), if it may be sent; NULL: there is none,
 * or it may not, and failure says why.
 */
const char *genauth_policy_take_password(const struct genauth_person *person,
    struct genauth_failure *failure);

/*
 * Why a reply to a question behind the password is never sent, for the log, or
 * NULL: it is the password or the name, which hosts give that cannot ask; but
 * for spaces and dashes, which are left out of a code.
 */
const char *genauth_policy_refuses_reply(const char *reply,
    const char *user, const char *password);

/*
 * Whether the session behind a login over this service is another user's than
 * the one who logs in, as with su and sudo.
 */
bool genauth_policy_changes_user(const char *service);

#endif
