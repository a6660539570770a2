/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signin.h owns one login: POST /api/v3/signin, with the password encrypted
 * if that is asked for (genauth-docs, sdk python authentication "signin";
 * authing-node-sdk models/SigninByCredentialsDto.ts).
 */
#ifndef GENAUTH_SIGNIN_H
#define GENAUTH_SIGNIN_H

#include "common/answer.h"
#include "common/options.h"
#include "genauth/client.h"
#include "genauth/password_key.h"

#define GENAUTH_SIGNIN_ENDPOINT "/api/v3/signin"

struct genauth_credentials {
	const char *account;	/* UTF-8 */
	const char *password;	/* UTF-8 */
	const char *client_ip;	/* IP literal for options.clientIp, or NULL */
	/* The sub of whom second_factor demands nothing; NULL: of nobody. */
	const char *grace;
	const char *sub;	/* that the id_token must have; NULL: any */
};

/*
 * Does what can be done before the password is known: opens the connection,
 * and fetches the key.  Its failure is no verdict; genauth_signin tries again.
 */
void genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key);

/*
 * One login.  The password is sent at most once in a form that GenAuth can
 * read: when it says that it could not decrypt a password that was encrypted
 * with a cached key (apiCode 2016), the key is fetched and, if it is another
 * one, the login is made with that.  It is not sent where identity = required
 * cannot be fulfilled for the account.  Then come the second factor, if one is
 * demanded (second_factor.h, mfa.h), and the roles and groups (roles.h).
 * answer is emptied first, its verdict and reason always set; the caller frees
 * it.
 */
void genauth_signin(struct genauth_client *client,
    const struct genauth_credentials *credentials,
    struct genauth_password_key *key, struct genauth_answer *answer);

#endif
