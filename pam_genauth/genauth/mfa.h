/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mfa.h owns the second factor that GenAuth demands in place of a sign-in,
 * apiCode 1635 or 1636 (option mfa).  No V3 call ends such a sign-in, so this is
 * what the vendor's mobile clients do, with the V2 calls (guard-android
 * AuthClient.java, guard-ios, authing-mfa-component).  They bring no OIDC
 * tokens.
 */
#ifndef GENAUTH_MFA_H
#define GENAUTH_MFA_H

#include "common/answer.h"
#include "genauth/client.h"

#define GENAUTH_MFA_OTP_ENDPOINT "/api/v2/mfa/totp/verify"
#define GENAUTH_MFA_EMAIL_ENDPOINT "/api/v2/applications/mfa/email/verify"
#define GENAUTH_MFA_SMS_ENDPOINT "/api/v2/applications/mfa/sms/verify"
#define GENAUTH_SEND_EMAIL_ENDPOINT "/api/v3/send-email"
#define GENAUTH_SEND_SMS_ENDPOINT "/api/v3/send-sms"

struct json_object;

/*
 * What came with the demand.  Start from { 0 }: none; free with _free.
 */
struct genauth_mfa_demand {
	struct genauth_secret token;	/* mfaToken; empty: none */
	bool can[GENAUTH_FACTOR_COUNT];	/* which factors the user has */
	char email[256];		/* mfaEmail */
	char phone[32], country[8];	/* mfaPhone, mfaPhoneCountryCode */
};

/*
 * Reads the data of a reply with apiCode 1635 or 1636 (guard-android
 * data/MFAData.java).  data may be NULL.  false: out of memory.
 */
bool genauth_mfa_read(struct json_object *data,
    struct genauth_mfa_demand *demand);

/*
 * Asks the person for the first factor of mfa_policy_order that the user has,
 * and has GenAuth check it.  OK when GenAuth has said that it is right and
 * named the user of account; else answer is refused.
 */
void genauth_mfa_answer(struct genauth_client *client,
    const struct genauth_mfa_demand *demand, const char *account,
    struct genauth_answer *answer);

void genauth_mfa_free(struct genauth_mfa_demand *demand);

#endif
