/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revoke.h owns the end of a token that nobody gets (RFC 7009; vendor's
 * OpenAPI, POST /oidc/token/revocation; authing-node-sdk revokeToken): GenAuth's
 * live for 14 days otherwise.
 */
#ifndef GENAUTH_REVOKE_H
#define GENAUTH_REVOKE_H

#include "common/options.h"
#include "common/secret.h"
#include "genauth/http.h"

#define GENAUTH_REVOCATION_ENDPOINT "/oidc/token/revocation"

/* What it may take, in milliseconds. */
#define GENAUTH_REVOKE_MS 3000

/* Nobody is told what came of it. */
void genauth_revoke(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_secret *access_token);

#endif
