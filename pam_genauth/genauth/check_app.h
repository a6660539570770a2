/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_app.h owns POST /api/v3/check-app-id-secret: whether GenAuth knows
 * the application's id and secret (authing-go-sdk authentication_client.go,
 * dto/CheckAppIdSecretDto.go: data.valid).
 */
#ifndef GENAUTH_CHECK_APP_H
#define GENAUTH_CHECK_APP_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"
#include "genauth/http.h"

/*
 * The options must have an app_secret.  false: failure is CONFIG when GenAuth
 * does not accept the two, else what went wrong with the question.
 */
bool genauth_check_app(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure);

#endif
