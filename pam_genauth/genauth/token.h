/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token.h owns the tokens of a reply, and the reading of a JWT's claims.  The
 * signature is not looked at.
 */
#ifndef GENAUTH_TOKEN_H
#define GENAUTH_TOKEN_H

#include <stdbool.h>

#include "common/secret.h"

struct json_object;

enum genauth_token {
	GENAUTH_TOKEN_OPAQUE,		/* no JWT; it says nothing */
	GENAUTH_TOKEN_CLAIMS,
	/* A JWT whose claims are no JSON that we take, or out of memory. */
	GENAUTH_TOKEN_UNREADABLE,
};

/*
 * Copies the token of that name out of a reply; one that is not there, or that
 * no environment and no header can hold, leaves token empty.  false: out of
 * memory.
 */
bool genauth_token_take(struct json_object *data, const char *name,
    struct genauth_secret *token);

/*
 * The claims of a JWT: an object in base64url, the middle one of its three
 * parts (RFC 7519, 3).  *claims is NULL without them; release it with
 * json_object_put.
 */
enum genauth_token genauth_token_claims(const char *token,
    struct json_object **claims);

/*
 * The first part, which tells the algorithm; NULL: it cannot be read.  Release
 * with json_object_put.
 */
struct json_object *genauth_token_header(const char *token);

#endif
