/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mfa_exchange.h owns the way from the token of a V2 call to OIDC tokens, a
 * grant type of GenAuth's own (genauth-node-sdk; the older name: guard-android
 * and guard-ios OIDCClient).  The application must allow it.
 */
#ifndef GENAUTH_MFA_EXCHANGE_H
#define GENAUTH_MFA_EXCHANGE_H

#include "common/answer.h"
#include "genauth/client.h"

#define GENAUTH_TOKEN_ENDPOINT "/oidc/token"

/*
 * OK with the tokens, if GenAuth gives an access token for token (NULL: there
 * is none) and they are the account's; else answer is refused.
 */
void genauth_mfa_exchange(struct genauth_client *client, const char *token,
    const char *account, struct genauth_answer *answer);

#endif
