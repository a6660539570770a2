/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/proof.h"

#include <json-c/json.h>
#include <string.h>
#include <time.h>

#include "common/form.h"
#include "genauth/identity.h"
#include "genauth/json.h"

/* How far this host's clock may be ahead of GenAuth's, in seconds. */
#define SKEW 60

#define REQUIRED "identity = required: "

bool
genauth_proof_is_possible(const struct genauth_options *options,
    const char *account, struct genauth_failure *failure)
{
	enum genauth_account_type form = genauth_form_of(options, account);
	const char *scope = genauth_form_scope(form);

	return options->identity != GENAUTH_IDENTITY_REQUIRED ||
	    genauth_form_is_asked_for(options, form) ||
	    genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED "the form "
	    "of the account needs %s in scope; add it, or remove scope",
	    scope);
}

static bool
is_text(struct json_object *value, const char *text)
{
	return text != NULL && json_object_is_type(value, json_type_string) &&
	    strcmp(json_object_get_string(value), text) == 0;
}

/* aud is a text or a list of them (RFC 7519, 4.1.3). */
static bool
is_for_us(struct json_object *claims, const char *app_id,
    struct genauth_failure *failure)
{
	struct json_object *aud;
	bool found;

	if (!json_object_object_get_ex(claims, "aud", &aud) ||
	    (!json_object_is_type(aud, json_type_string) &&
	    !json_object_is_type(aud, json_type_array)))
		return genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
		    "the id_token has no aud");
	found = is_text(aud, app_id);
	if (json_object_is_type(aud, json_type_array))
		for (size_t i = 0; i < json_object_array_length(aud); i++)
			found = found || is_text(json_object_array_get_idx(aud,
			    i), app_id);
	return found || genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
	    "the id_token is for another application: its aud is not app_id");
}

/* A number, of any kind (RFC 7519, 2, NumericDate). */
static bool
is_time(struct json_object *value)
{
	return json_object_is_type(value, json_type_int) ||
	    json_object_is_type(value, json_type_double);
}

bool
genauth_proof_is_in_time(struct json_object *exp)
{
	return is_time(exp) &&
	    json_object_get_double(exp) > (double)(time(NULL) - SKEW);
}

static bool
is_in_time(struct json_object *claims, struct genauth_failure *failure)
{
	struct json_object *exp;

	if (!json_object_object_get_ex(claims, "exp", &exp) || !is_time(exp))
		return genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
		    "the id_token has no exp");
	return genauth_proof_is_in_time(exp) || genauth_failure_set(failure,
	    GENAUTH_DENIED, REQUIRED "the id_token's exp is over; is the "
	    "clock of this host right?");
}

/* A part of a phone number is easily the end of another person's. */
static bool
is_same(struct json_object *claims, enum genauth_account_type form,
    const char *claim, const char *account, struct genauth_failure *failure)
{
	enum genauth_identity_finding found = genauth_identity_compare(claims,
	    claim, account);
	const char *text;

	if (found == GENAUTH_IDENTITY_UNKNOWN)
		return genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
		    "the id_token has no %s, which scope %s brings", claim,
		    genauth_form_scope(form));
	return (found == GENAUTH_IDENTITY_SAME &&
	    (form != GENAUTH_ACCOUNT_PHONE ||
	    (genauth_json_string(claims, claim, &text) &&
	    genauth_identity_is_one_number(text, account)))) ||
	    genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED "the "
	    "id_token's %s is not the account; check account_format and "
	    "account_type", claim);
}

static bool
is_boolean(struct json_object *claims, const char *name, bool value)
{
	struct json_object *found;

	return json_object_object_get_ex(claims, name, &found) &&
	    json_object_is_type(found, json_type_boolean) &&
	    (json_object_get_boolean(found) != 0) == value;
}

static bool
is_account(struct json_object *claims, enum genauth_account_type form,
    const char *account, struct genauth_failure *failure)
{
	switch (form) {
	case GENAUTH_ACCOUNT_EMAIL:
		return is_same(claims, form, "email", account, failure) &&
		    (is_boolean(claims, "email_verified", true) ||
		    genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
		    "the id_token's email_verified is not true"));
	case GENAUTH_ACCOUNT_PHONE:
		return is_same(claims, form, "phone_number", account,
		    failure) &&
		    (!is_boolean(claims, "phone_number_verified", false) ||
		    genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
		    "the id_token's phone_number_verified is false"));
	default:
		return is_same(claims, form, "username", account, failure);
	}
}

bool
genauth_proof_check(struct json_object *claims,
    const struct genauth_options *options, const char *account,
    struct genauth_failure *failure)
{
	if (claims == NULL)
		return genauth_failure_set(failure, GENAUTH_DENIED, REQUIRED
		    "the reply has no id_token that can be read");
	return is_for_us(claims, options->app_id, failure) &&
	    is_in_time(claims, failure) && is_account(claims,
	    genauth_form_of(options, account), account, failure);
}
