/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.h owns the question whether an id_token is that of the account that
 * was asked for (OpenID Connect Core 1.0, section 2; genauth-docs, guides/faqs
 * how-to-validate-user-token: claims username, email, phone_number).
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

/* Whether an account is a phone number: digits, perhaps with a '+' before. */
bool genauth_identity_is_phone(const char *account);

/*
 * Whether two phone numbers are one, by their digits; either may lack the
 * country code, and a claim too short for a number says nothing.
 */
bool genauth_identity_is_same_phone(const char *claim, const char *account);

/*
 * false with DENIED: the token carries every claim that the account could be,
 * and it is none of them.  A claim that the scope left out, or that is no
 * text, says nothing, and neither does a token that is no JWT (the documents
 * print "eyJhbGxxxx"); they pass.  Letter case and a phone number's country
 * code do not count.
 *
 * false with UNAVAILABLE: a JWT whose claims we do not read, such as two of
 * one name.  People choose some claims themselves, so passing it would let
 * them hide the others.
 */
bool genauth_identity_check(const char *id_token, const char *account,
    enum genauth_account_type type, struct genauth_failure *failure);

/*
 * Whether a user of the V2 API (username, email, phone) is that of the account:
 * one of what the account could be is there and equal.
 */
bool genauth_identity_is_user(struct json_object *user, const char *account,
    enum genauth_account_type type);

#endif
