/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/identity.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>

#include "genauth/json.h"
#include "genauth/token.h"

/* No number is shorter. */
#define PHONE_DIGITS 6

bool
genauth_identity_is_phone(const char *account)
{
	account += *account == '+';
	return *account != '\0' &&
	    account[strspn(account, "0123456789")] == '\0';
}

/* The digits alone, without leading zeros; returns how many. */
static size_t
digits_of(const char *phone, char *out, size_t size)
{
	size_t length = 0;

	for (; *phone != '\0' && length + 1 < size; phone++)
		if (*phone >= '0' && *phone <= '9' && (length > 0 ||
		    *phone != '0'))
			out[length++] = *phone;
	out[length] = '\0';
	return length;
}

bool
genauth_identity_is_same_phone(const char *claim, const char *account)
{
	char own[64], asked[64];
	size_t own_length = digits_of(claim, own, sizeof(own));
	size_t asked_length = digits_of(account, asked, sizeof(asked));
	size_t common = own_length < asked_length ? own_length : asked_length;

	/* Either may lack the country code; both end alike. */
	return own_length < PHONE_DIGITS || (common > 0 &&
	    strcmp(own + own_length - common, asked + asked_length - common) ==
	    0);
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
    enum genauth_account_type type, struct genauth_failure *failure)
{
	bool any = type == GENAUTH_ACCOUNT_ANY;
	/* What the account could be, by what GenAuth was asked to try. */
	const struct {
		const char *claim;
		bool possible;
	} claims[] = {
		{ "username", any || type == GENAUTH_ACCOUNT_USERNAME },
		{ "email", type == GENAUTH_ACCOUNT_EMAIL ||
		    (any && strchr(account, '@') != NULL) },
		{ "phone_number", type == GENAUTH_ACCOUNT_PHONE ||
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

/* Both are long enough to be one, and are. */
static bool
is_phone_of(struct json_object *user, const char *account)
{
	char digits[64];
	const char *phone;

	return genauth_json_string(user, "phone", &phone) &&
	    digits_of(phone, digits, sizeof(digits)) >= PHONE_DIGITS &&
	    digits_of(account, digits, sizeof(digits)) >= PHONE_DIGITS &&
	    genauth_identity_is_same_phone(phone, account);
}

bool
genauth_identity_is_user(struct json_object *user, const char *account,
    enum genauth_account_type type)
{
	bool any = type == GENAUTH_ACCOUNT_ANY;
	bool email = type == GENAUTH_ACCOUNT_EMAIL ||
	    (any && strchr(account, '@') != NULL);
	bool phone = type == GENAUTH_ACCOUNT_PHONE ||
	    (any && genauth_identity_is_phone(account));

	return (type != GENAUTH_ACCOUNT_EMAIL &&
	    type != GENAUTH_ACCOUNT_PHONE &&
	    compare(user, "username", account) == SAME) ||
	    (email && compare(user, "email", account) == SAME) ||
	    (phone && is_phone_of(user, account));
}
