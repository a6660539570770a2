/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * second_factor.h owns the second factor that this host demands after a
 * sign-in (option second_factor): GenAuth checks the one-time password of the
 * user who has signed in (vendor's OpenAPI, GET /api/v3/list-enrolled-factors
 * and POST /api/v3/mfa-totp-verify, with the access token; that the token says
 * whose it is, is our reading).
 */
#ifndef GENAUTH_SECOND_FACTOR_H
#define GENAUTH_SECOND_FACTOR_H

#include "common/answer.h"
#include "genauth/client.h"

#define GENAUTH_FACTORS_ENDPOINT "/api/v3/list-enrolled-factors"
#define GENAUTH_TOTP_ENDPOINT "/api/v3/mfa-totp-verify"

/*
 * For an answer that is OK: it stays so if no factor is demanded, or with
 * if_enrolled there is none, or the person's is right; else it is refused.
 * grace: the sub of whom none is demanded; NULL: of nobody.
 */
void genauth_second_factor_demand(struct genauth_client *client,
    const char *grace, struct genauth_answer *answer);

#endif
