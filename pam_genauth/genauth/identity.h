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

/* Whether a text has as many digits as the shortest phone number. */
bool genauth_identity_is_number(const char *phone);

/*
 * Whether two phone numbers are one, by their digits; either may lack the
 * country code, and a claim too short for a number says nothing.
 */
bool genauth_identity_is_same_phone(const char *claim, const char *account);

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
