/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proof.h owns what identity = required needs of a login: an id_token for this
 * application, in time, with the claim that the account is (OpenID Connect Core
 * 1.0, section 2, 5.1; genauth-docs, guides/faqs how-to-validate-user-token).
 * Which claim that is, the form of the account says (common/form.h).
 *
 * Nobody's own choice counts: preferred_username is one, username is not.
 */
#ifndef GENAUTH_PROOF_H
#define GENAUTH_PROOF_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"

struct json_object;

/*
 * Whether the scope brings what the account would be proven by, before a
 * password is sent.  The failure is DENIED, since others get in, and names the
 * scope.  Always, unless identity = required.
 */
bool genauth_proof_is_possible(const struct genauth_options *options,
    const char *account, struct genauth_failure *failure);

/*
 * Whether claims, NULL where there are none that can be read, are those of the
 * account.  A claim that is null, empty or of another type is not there.  The
 * failure is DENIED and names the claim.
 *
 * aud       app_id, or a list that has it
 * exp       a number, more than now; this host may be a minute ahead
 * username  the account, in whatever letter case
 * email     the same, and email_verified true
 * phone_number  the same number as by genauth_identity_is_same_phone, both
 *           long enough to be one, and phone_number_verified not false
 */
bool genauth_proof_check(struct json_object *claims,
    const struct genauth_options *options, const char *account,
    struct genauth_failure *failure);

/* Whether a claim exp is a number and not over. */
bool genauth_proof_is_in_time(struct json_object *exp);

#endif
