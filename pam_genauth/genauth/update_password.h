/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * update_password.h owns the change of a password by its owner: POST
 * /api/v3/update-password with the access token of a sign-in (vendor's OpenAPI,
 * UpdatePasswordDto; security: bearer and x-authing-userpool-id).
 */
#ifndef GENAUTH_UPDATE_PASSWORD_H
#define GENAUTH_UPDATE_PASSWORD_H

#include "common/answer.h"
#include "common/remark.h"
#include "genauth/client.h"
#include "genauth/password_key.h"

#define GENAUTH_UPDATE_PASSWORD_ENDPOINT "/api/v3/update-password"

struct genauth_new_password {
	const char *access_token;	/* of the sign-in */
	const char *old, *new;		/* UTF-8 */
};

/*
 * Sends both passwords, encrypted with the key if that is asked for, at most
 * once: where GenAuth cannot decrypt them, they are not sent again.  OK only
 * if GenAuth has said that it has changed it.  answer is emptied first, its
 * verdict, reason and holds always set; the caller frees it.  remark: what
 * GenAuth says to the person where it has refused; or "".
 */
void genauth_update_password(struct genauth_client *client,
    const struct genauth_new_password *passwords,
    struct genauth_password_key *key, struct genauth_answer *answer,
    char remark[GENAUTH_REMARK_SIZE]);

#endif
