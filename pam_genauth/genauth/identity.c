/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/identity.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>

#include "common/form.h"
#include "common/list.h"
#include "genauth/json.h"

/* No number is shorter. */
#define PHONE_DIGITS 6

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

static bool
is_number(const char *phone)
{
	char digits[64];

	return digits_of(phone, digits, sizeof(digits)) >= PHONE_DIGITS;
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

/*
 * What comes behind the code of the country (ITU-T E.164, list of assigned
 * codes): of one digit for zones 1 and 7, else of two or three.
 */
static const char *
behind_code(const char *digits)
{
	static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 "
	    "46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 "
	    "84 86 90 91 92 93 94 95 98";
	size_t length = digits[0] == '1' || digits[0] == '7' ? 1 :
	    genauth_list_has(two, " ", digits, 2) ? 2 : 3;

	return digits + length + strspn(digits + length, "0");
}

bool
genauth_identity_is_one_number(const char *claim, const char *account)
{
	char own[64], asked[64];
	bool own_code = claim[0] == '+', asked_code = account[0] == '+';

	return digits_of(claim, own, sizeof(own)) >= PHONE_DIGITS &&
	    digits_of(account, asked, sizeof(asked)) >= PHONE_DIGITS &&
	    strcmp(own_code && !asked_code ? behind_code(own) : own,
	    asked_code && !own_code ? behind_code(asked) : asked) == 0;
}

enum genauth_identity_finding
genauth_identity_compare(struct json_object *claims, const char *name,
    const char *account)
{
	bool is_phone = strcmp(name, "phone_number") == 0;
	const char *claim;

	if (!genauth_json_string(claims, name, &claim) || *claim == '\0' ||
	    (is_phone && !is_number(claim)))
		return GENAUTH_IDENTITY_UNKNOWN;
	return (is_phone ? genauth_identity_is_same_phone(claim, account) :
	    strcasecmp(claim, account) == 0) ? GENAUTH_IDENTITY_SAME :
	    GENAUTH_IDENTITY_OTHER;
}

bool
genauth_identity_check(struct json_object *claims, const char *account,
    enum genauth_account_type type, struct genauth_failure *failure)
{
	bool any = type == GENAUTH_ACCOUNT_ANY;
	/* What the account could be, by what GenAuth was asked to try. */
	const struct {
		const char *claim;
		bool possible;
	} possibilities[] = {
		{ "username", any || type == GENAUTH_ACCOUNT_USERNAME },
		{ "email", type == GENAUTH_ACCOUNT_EMAIL ||
		    (any && strchr(account, '@') != NULL) },
		{ "phone_number", type == GENAUTH_ACCOUNT_PHONE ||
		    (any && genauth_form_is_phone(account)) },
	};
	const size_t count = sizeof(possibilities) / sizeof(possibilities[0]);

	for (size_t i = 0; i < count; i++)
		if (possibilities[i].possible && genauth_identity_compare(
		    claims, possibilities[i].claim, account) !=
		    GENAUTH_IDENTITY_OTHER)
			return true;
	return genauth_failure_set(failure, GENAUTH_DENIED,
	    "the id_token is that of another account; check account_format "
	    "and account_type");
}

/* Both are long enough to be one, and are. */
static bool
is_phone_of(struct json_object *user, const char *account)
{
	const char *phone;

	return genauth_json_string(user, "phone", &phone) &&
	    is_number(phone) &&
	    is_number(account) &&
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
	    (any && genauth_form_is_phone(account));

	return (type != GENAUTH_ACCOUNT_EMAIL &&
	    type != GENAUTH_ACCOUNT_PHONE && genauth_identity_compare(user,
	    "username", account) == GENAUTH_IDENTITY_SAME) ||
	    (email && genauth_identity_compare(user, "email", account) ==
	    GENAUTH_IDENTITY_SAME) ||
	    (phone && is_phone_of(user, account));
}
