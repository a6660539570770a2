/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/identity.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>

#include "genauth/json.h"
#include "genauth/token.h"

bool
genauth_identity_is_phone(const char *account)
{
	account += *account == '+';
	return *account != '\0' &&
	    account[strspn(account, "0123456789")] == '\0';
}

bool
genauth_identity_is_same_phone(const char *claim, const char *account)
{
	size_t claim_length, account_length;

	claim += *claim == '+';
	account += *account == '+';
	claim_length = strlen(claim);
	account_length = strlen(account);
	/* Either may lack the country code; both end alike. */
	if (claim_length < account_length)
		return claim_length > 0 && strcmp(account + account_length -
		    claim_length, claim) == 0;
	return strcmp(claim + claim_length - account_length, account) == 0;
}

enum finding { SAME, OTHER, UNKNOWN };

static enum finding
compare(struct json_object *claims, const char *name, const char *account)
{
	const char *claim;

	if (!genauth_json_string(claims, name, &claim) || *claim == '\0')
		return UNKNOWN;
	if (strcmp(name, "phone_number") == 0)
		return genauth_identity_is_same_phone(claim, account) ? SAME :
		    OTHER;
	return strcasecmp(claim, account) == 0 ? SAME : OTHER;
}

bool
genauth_identity_check(const char *id_token, const char *account,
    const char *account_type, struct genauth_failure *failure)
{
	bool any = strcmp(account_type, "account") == 0;
	/* What the account could be, by what GenAuth was asked to try. */
	const struct {
		const char *claim;
		bool possible;
	} claims[] = {
		{ "username", any || strcmp(account_type, "username") == 0 },
		{ "email", strcmp(account_type, "email") == 0 ||
		    (any && strchr(account, '@') != NULL) },
		{ "phone_number", strcmp(account_type, "phone") == 0 ||
		    (any && genauth_identity_is_phone(account)) },
	};
	struct json_object *token;
	bool accepted = false;

	switch (genauth_token_claims(id_token, &token)) {
	case GENAUTH_TOKEN_OPAQUE:
		return true;
	case GENAUTH_TOKEN_UNREADABLE:
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the id_token's claims cannot be read");
	case GENAUTH_TOKEN_CLAIMS:
		break;
	}
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		if (claims[i].possible &&
		    compare(token, claims[i].claim, account) != OTHER)
			accepted = true;
	json_object_put(token);
	return accepted || genauth_failure_set(failure, GENAUTH_DENIED,
	    "the id_token is that of another account; check account_format "
	    "and account_type");
}
