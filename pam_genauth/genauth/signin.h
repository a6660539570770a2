/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signin.h owns one login: POST /api/v3/signin and what its reply means
 * (genauth-docs, sdk python authentication "signin"; authing-node-sdk
 * models/SigninByCredentialsDto.ts, LoginTokenResponseDataDto.ts).
 */
#ifndef GENAUTH_SIGNIN_H
#define GENAUTH_SIGNIN_H

#include "common/answer.h"
#include "common/options.h"
#include "genauth/api.h"

struct genauth_credentials {
	const char *account;	/* UTF-8 */
	const char *password;	/* UTF-8 */
	const char *client_ip;	/* IP literal for options.clientIp, or NULL */
};

/*
 * Does what can be done before the password is known: opens the connection.
 * Its failure is no verdict; genauth_signin tries again.
 */
void genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options);

/*
 * One login; the password is sent at most once.  answer is emptied first, its
 * verdict and reason always set; the caller frees it.
 */
void genauth_signin(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_credentials *credentials, long long deadline,
    struct genauth_answer *answer);

/*
 * The verdict of a reply, and with OK the tokens that export_tokens lists.
 * The part of genauth_signin that needs no network.
 */
void genauth_signin_judge(const char *text, size_t length,
    const struct genauth_options *options, struct genauth_answer *answer);

#endif
