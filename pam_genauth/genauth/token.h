/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token.h owns the reading of a JWT's claims.  The signature is not looked at.
 */
#ifndef GENAUTH_TOKEN_H
#define GENAUTH_TOKEN_H

struct json_object;

/*
 * The claims of a JWT, the middle one of its three parts in base64url.  NULL:
 * it is none, or out of memory.  Release with json_object_put.
 */
struct json_object *genauth_token_claims(const char *token);

#endif
