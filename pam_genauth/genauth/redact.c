/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/redact.h"

#include <arpa/inet.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/form.h"
#include "common/text.h"
#include "genauth/identity.h"
#include "genauth/proof.h"
#include "genauth/token.h"

/* What a code becomes that is too long for one: it is in no table either. */
#define NO_CODE 99999999

/* When a token that is good ends: the year 5138. */
#define LATER 99999999999

/* Another person's phone number, which stays one for the same reason. */
#define OTHER_PHONE "+19999999999"

/*
 * The names of fields: those of the vendor's OpenAPI, of the data that come
 * with its apiCodes, and of OpenID Connect and JWT.
 */
static const char field_names[] = " "
    "accessToken access_token account acr adPayload address "
    "alg amr apiCode appId appSecret applicationMfa arn "
    "at_hash aud auth_time autoRegister avatar azp birthdate blocked "
    "browser captchaCode channel city clientId clientIp client_id "
    "client_secret code company connection console context "
    "country createdAt cty customData data departmentIds "
    "description device disableTime email emailBinded "
    "emailVerified email_verified "
    "enableFirstLoginResetPasswordVerifyPhone enrolled error "
    "error_description exp expire_in expires_in extIdpId "
    "extended_fields externalId external_id faceMfaEnabled "
    "factorId factorType familyName family_name formatted "
    "gender givenName given_name grant_type iat id id_token "
    "identities identityId identityNumber isDeleted isTenantUser iss "
    "jti kid lastIP lastIp lastLogin lastLoginApp lastMfaTime ldapPayload "
    "locale locality login loginsCount mainDepartmentId members message "
    "metadataSource mfaEmail mfaEnrolled mfaPhone "
    "mfaPhoneCountryCode mfaPolicy mfaToken middleName "
    "middle_name name namespace namespaceName nbf newPassword "
    "nickname nonce oauth oldPassword openid options originConnIds "
    "passCode "
    "passCodePayload password passwordEncryptType "
    "passwordLastSetAt passwordPayload passwordSecurityLevel "
    "passwordSet passwordStrength phone phoneBinded "
    "phoneCountryCode phoneNumber phoneVerified phone_number "
    "phone_number_verified photo picture postIdList postalCode "
    "postal_code preferredUsername preferred_username profile "
    "provider province publicIps publicKey refreshToken "
    "refresh_token region registerSource remainCount requestId "
    "resetPasswordOnNextLogin roles rsa sAMAccountName scope "
    "securityScore server sid signedUp sm2 sort stage status "
    "statusChangedAt statusCode streetAddress street_address "
    "sub success tenantId tenant_id token tokenExpiredAt token_type "
    "totp totpMfaEnabled typ type unionid uniqueId updatedAt updated_at "
    "userId userIdInIdp userInfoInIdp userPoolId userSourceId "
    "userSourceType username userpool_id valid verified "
    "version website workStatus zoneinfo ";

/* Texts that say nothing of anybody: what the documents define. */
static const char public_words[] = " openid profile username email phone "
    "offline_access roles external_id extended_fields tenant_id address "
    "bearer Bearer BEARER xxx PASSWORD PASSCODE LDAP AD none rsa sm2 SMS "
    "EMAIL OTP FACE CHANNEL_VERIFY_MFA ENABLE DISABLE JWT HS256 RS256 ES256 "
    "invalid_client invalid_grant invalid_request invalid_scope "
    "unauthorized_client unsupported_grant_type ";

/* What we have put in place of something ourselves. */
static const char placeholders[] = " <account> <account>@example.com "
    "+12345678901 " GENAUTH_REDACT_APP_ID " <client_secret> <password> "
    "<app_host> <app_host>/oidc <url> <mail> <address> <digits> <string> "
    "<deeper> " OTHER_PHONE " ";

/* Where a token may stand, which is read if it is a JWT. */
static const char token_names[] = " id_token access_token refresh_token token "
    "mfaToken accessToken refreshToken ";

static const char phone_names[] = " phone phone_number ";
static const char code_names[] = " statusCode apiCode ";

/* Of V2, where one that a person has typed is a text of that name. */
static const char number_names[] = " statusCode apiCode code ";

/* Takes value over, which may be NULL for null. */
static void
add(struct json_object *object, const char *name, struct json_object *value)
{
	if (object == NULL || json_object_object_add(object, name, value) != 0)
		json_object_put(value);
}

/* A list of words, one space before and behind each. */
static bool
has_word(const char *list, const char *word, size_t length)
{
	char spaced[64];

	return length > 0 && length < sizeof(spaced) - 2 &&
	    memchr(word, ' ', length) == NULL &&
	    snprintf(spaced, sizeof(spaced), " %.*s ", (int)length, word) > 0 &&
	    strstr(list, spaced) != NULL;
}

static bool
is_one_of(const char *list, const char *word)
{
	return has_word(list, word, strlen(word));
}

/* Whether the text has only words that the documents define. */
static bool
is_public(const char *text)
{
	size_t length;

	for (; ; text += length + 1) {
		length = strcspn(text, " ");
		if (!has_word(public_words, text, length))
			return false;
		if (text[length] == '\0')
			return true;
	}
}

/* What a text looks like. */
static const char *
kind_of(const char *text)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (text[0] == '\0')
		return "";
	if (strstr(text, "://") != NULL)
		return "<url>";
	if (strchr(text, '@') != NULL)
		return "<mail>";
	if (inet_pton(AF_INET, text, address) == 1 ||
	    inet_pton(AF_INET6, text, address) == 1)
		return "<address>";
	return text[strspn(text, "+-0123456789 ")] == '\0' ? "<digits>" :
	    "<string>";
}

static const char *
account_like(const char *account)
{
	if (strchr(account, '@') != NULL)
		return "<account>@example.com";
	return genauth_form_is_phone(account) ? "+12345678901" :
	    "<account>";
}

/* As genauth_identity_compare does, so that it finds the same again. */
static bool
is_account(const char *name, const char *text, const char *account)
{
	return account != NULL && text[0] != '\0' &&
	    (strcasecmp(text, account) == 0 ||
	    (is_one_of(phone_names, name) &&
	    genauth_form_is_phone(account) &&
	    genauth_identity_is_same_phone(text, account)));
}

/* "https://HOST/oidc" keeps its end: whether it is there is worth knowing. */
static const char *
below_host(const char *text, const char *host)
{
	if (host == NULL || strncmp(text, host, strlen(host)) != 0)
		return NULL;
	text += strlen(host);
	return *text == '\0' ? "<app_host>" :
	    strcmp(text, "/oidc") == 0 ? "<app_host>/oidc" : NULL;
}

/* A code as text; whether it is a number is all that a long one tells. */
static const char *
code_for(const char *text)
{
	long long number;

	if (!genauth_text_parse_number(text, &number))
		return is_one_of(placeholders, text) ? text : kind_of(text);
	if (number <= -NO_CODE || number >= NO_CODE)
		return "99999999";
	return number == 0 ? "0" : text + strspn(text, "0");
}

static const char *
text_for(const struct genauth_redact *known, const char *name,
    const char *text, bool is_envelope)
{
	const char *url = below_host(text, known->app_host);

	if (strcmp(name, "password") == 0)
		return "<password>";
	if (is_envelope && is_one_of(code_names, name))
		return code_for(text);
	if (strcmp(name, "connection") == 0 && is_public(text))
		return text;
	if (is_account(name, text, known->account))
		return account_like(known->account);
	if (known->app_id != NULL && strcmp(text, known->app_id) == 0)
		return GENAUTH_REDACT_APP_ID;
	if (known->app_secret != NULL && strcmp(text, known->app_secret) == 0)
		return "<client_secret>";
	if (is_one_of(phone_names, name) &&
	    !genauth_identity_is_same_phone(text, ""))
		return OTHER_PHONE;
	if (url != NULL)
		return url;
	return is_public(text) || is_one_of(placeholders, text) ? text :
	    kind_of(text);
}

static struct json_object *redact(const struct genauth_redact *known,
    const char *name, struct json_object *value, int depth);

static struct json_object *
redact_jwt(const struct genauth_redact *known, const char *token,
    struct json_object *claims, int depth)
{
	struct json_object *outer = json_object_new_object();
	struct json_object *jwt = json_object_new_object();
	struct json_object *header = genauth_token_header(token);

	add(jwt, "header", redact(known, "", header, depth));
	if (claims != NULL)
		add(jwt, "claims", redact(known, "", claims, depth));
	json_object_put(header);
	add(outer, GENAUTH_REDACT_JWT, jwt);
	return outer;
}

static struct json_object *
redact_text(const struct genauth_redact *known, const char *name,
    const char *text, int depth)
{
	bool is_envelope = depth == GENAUTH_REDACT_DEPTH - 1;
	struct json_object *claims, *copy;

	if (!is_one_of(token_names, name) ||
	    genauth_token_claims(text, &claims) == GENAUTH_TOKEN_OPAQUE)
		return json_object_new_string(text_for(known, name, text,
		    is_envelope));
	/* It stands for three levels of its own. */
	copy = redact_jwt(known, text, claims, depth > 3 ? depth - 2 : 1);
	json_object_put(claims);
	return copy;
}

static struct json_object *
redact_number(const char *name, struct json_object *value, int depth)
{
	static const char small[] = " code expire_in expires_in remainCount "
	    "passwordStrength sort status ";
	bool is_envelope = depth == GENAUTH_REDACT_DEPTH - 1;
	double number = json_object_get_double(value);

	if (strcmp(name, "exp") == 0 && genauth_proof_is_in_time(value))
		return json_object_new_int64(LATER);
	if (json_object_is_type(value, json_type_double))
		return json_object_new_double(0.5);
	if (is_envelope && is_one_of(number_names, name))
		return number > -NO_CODE && number < NO_CODE ?
		    json_object_get(value) : json_object_new_int(NO_CODE);
	if (is_one_of(small, name) && number > -1000 && number <
	    (strncmp(name, "expire", 6) == 0 ? 1e8 : 1000))
		return json_object_get(value);
	return json_object_new_int(0);
}

/* Our own names, of a JWT. */
static bool
is_ours(const char *name)
{
	return strcmp(name, GENAUTH_REDACT_JWT) == 0 ||
	    is_one_of(" header claims ", name);
}

static struct json_object *
redact_object(const struct genauth_redact *known, struct json_object *value,
    int depth)
{
	struct json_object *copy = json_object_new_object();
	char other[24];
	int others = 0;

	json_object_object_foreach(value, name, member) {
		bool plain = is_one_of(field_names, name) || is_ours(name);

		if (!plain)
			snprintf(other, sizeof(other), "<name %d>", ++others);
		add(copy, plain ? name : other, redact(known, plain ? name :
		    "", member, depth - 1));
	}
	return copy;
}

static struct json_object *
redact_array(const struct genauth_redact *known, const char *name,
    struct json_object *value, int depth)
{
	struct json_object *copy = json_object_new_array();

	for (size_t i = 0; copy != NULL && i < json_object_array_length(value);
	    i++)
		json_object_array_add(copy, redact(known, name,
		    json_object_array_get_idx(value, i), depth - 1));
	return copy;
}

static struct json_object *
redact(const struct genauth_redact *known, const char *name,
    struct json_object *value, int depth)
{
	if (depth == 0)
		return json_object_new_string("<deeper>");
	switch (json_object_get_type(value)) {
	case json_type_object:
		return redact_object(known, value, depth);
	case json_type_array:
		return redact_array(known, name, value, depth);
	case json_type_string:
		return redact_text(known, name, json_object_get_string(value),
		    depth);
	case json_type_int:
	case json_type_double:
		return redact_number(name, value, depth);
	case json_type_boolean:
	case json_type_null:
		break;
	}
	return json_object_get(value);
}

struct json_object *
genauth_redact(const struct genauth_redact *known, struct json_object *value)
{
	return redact(known, "", value, GENAUTH_REDACT_DEPTH);
}
