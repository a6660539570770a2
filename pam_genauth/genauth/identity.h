/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.h owns the question whether the claims of an id_token are those of
 * the account that was asked for (OpenID Connect Core 1.0, section 2;
 * genauth-docs, guides/faqs how-to-validate-user-token: claims username, email,
 * phone_number); proof.h what must be there for it.
 *
 * The signature is not looked at: the token comes straight from the issuer
 * over a verified TLS connection (OpenID Connect Core 1.0, 3.1.3.7, item 6),
 * and is not called verified anywhere.
 */
#ifndef GENAUTH_IDENTITY_H
#define GENAUTH_IDENTITY_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"

struct json_object;

/*
 * Whether two phone numbers could be one, by their digits: one is the end of
 * the other, as without the country code.  A claim too short for a number says
 * nothing.
 */
bool genauth_identity_is_same_phone(const char *claim, const char *account);

/*
 * Whether they are one.  A number of one country is easily the end of another's:
 * +1 585 123 4567 and +86 158 5123 4567.  So only what is the code of a country,
 * with a + before it, may be there in one and not in the other.
 */
bool genauth_identity_is_one_number(const char *claim, const char *account);

enum genauth_identity_finding { GENAUTH_IDENTITY_SAME, GENAUTH_IDENTITY_OTHER,
	GENAUTH_IDENTITY_UNKNOWN };

/*
 * Whether the claim of that name, username, email or phone_number, is the
 * account.  Letter case and a phone number's country code do not count.
 * UNKNOWN: it is not there, no text, empty, or too short for a phone number.
 */
enum genauth_identity_finding genauth_identity_compare(
    struct json_object *claims, const char *name, const char *account);

/*
 * As identity = if_present: false, with DENIED, where the claims have
 * everything that the account could be, and it is none of them.  A claim that
 * the scope left out says nothing and passes.
 */
bool genauth_identity_check(struct json_object *claims, const char *account,
    enum genauth_account_type type, struct genauth_failure *failure);

/*
 * Whether a user of the V2 API (username, email, phone) is that of the account:
 * one of what the account could be is there and equal.
 */
bool genauth_identity_is_user(struct json_object *user, const char *account,
    enum genauth_account_type type);

#endif
