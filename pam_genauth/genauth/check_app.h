/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_app.h owns the questions whether GenAuth knows the application, asked
 * without anybody's password.
 */
#ifndef GENAUTH_CHECK_APP_H
#define GENAUTH_CHECK_APP_H

#include "common/failure.h"
#include "common/finding.h"
#include "common/options.h"
#include "genauth/http.h"

/*
 * Whether app_id and app_secret, which the options must have, belong together:
 * POST /api/v3/check-app-id-secret (authing-go-sdk authentication_client.go,
 * dto/CheckAppIdSecretDto.go: data.valid).  But for RIGHT, failure says why.
 */
enum genauth_checked genauth_check_app_secret(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure);

/*
 * Whether the application proves who it is by token_endpoint_auth_method:
 * POST /oidc/token with a code that nobody has given.  The proof is judged
 * first: a wrong one is "invalid_client", a right one another error of the
 * grant (RFC 6749, 5.2).  The console's setting for this endpoint is the one
 * that signin goes by (authentication-openapi.json, description of
 * /api/v3/signin).  But for RIGHT, failure says why.
 */
enum genauth_checked genauth_check_app_method(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure);

#endif
