/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/redact.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "genauth/identity.h"
#include "genauth/token.h"

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
	char spaced[40];

	return length > 0 && length < sizeof(spaced) - 2 &&
	    memchr(word, ' ', length) == NULL &&
	    snprintf(spaced, sizeof(spaced), " %.*s ", (int)length, word) > 0 &&
	    strstr(list, spaced) != NULL;
}

/* Whether the text has only words that the documents define. */
static bool
is_public(const char *text)
{
	static const char words[] = " openid profile username email phone "
	    "offline_access roles external_id extended_fields tenant_id "
	    "address bearer Bearer BEARER xxx PASSWORD PASSCODE LDAP AD none "
	    "rsa sm2 SMS EMAIL OTP FACE ENABLE DISABLE JWT HS256 RS256 ES256 "
	    "invalid_client invalid_grant ";
	size_t length;

	for (; ; text += length + 1) {
		length = strcspn(text, " ");
		if (!has_word(words, text, length))
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
	return genauth_identity_is_phone(account) ? "+00000000000" :
	    "<account>";
}

static bool
is_account(const char *text, const char *account)
{
	return account != NULL && text[0] != '\0' &&
	    (strcasecmp(text, account) == 0 ||
	    (genauth_identity_is_phone(account) &&
	    genauth_identity_is_phone(text) &&
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

static const char *
text_for(const struct genauth_redact *known, const char *name,
    const char *text)
{
	static const char codes[] = " statusCode apiCode ";
	const char *url = below_host(text, known->app_host);

	if (is_account(text, known->account))
		return account_like(known->account);
	if (known->app_id != NULL && strcmp(text, known->app_id) == 0)
		return "<client_id>";
	if (known->app_secret != NULL && strcmp(text, known->app_secret) == 0)
		return "<client_secret>";
	if (strcmp(name, "password") == 0)
		return "<password>";
	if (url != NULL)
		return url;
	if (is_public(text) || (has_word(codes, name, strlen(name)) &&
	    strlen(text) < 9 && strspn(text, "0123456789") == strlen(text)))
		return text;
	return kind_of(text);
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

	add(jwt, "length", json_object_new_int64((int64_t)strlen(token)));
	add(jwt, "header", redact(known, "", header, depth));
	if (claims != NULL)
		add(jwt, "claims", redact(known, "", claims, depth));
	json_object_put(header);
	add(outer, "<jwt>", jwt);
	return outer;
}

static struct json_object *
redact_text(const struct genauth_redact *known, const char *name,
    const char *text, int depth)
{
	struct json_object *claims, *copy;

	if (genauth_token_claims(text, &claims) == GENAUTH_TOKEN_OPAQUE)
		return json_object_new_string(text_for(known, name, text));
	/* It stands for three levels of its own. */
	copy = redact_jwt(known, text, claims, depth > 3 ? depth - 2 : 1);
	json_object_put(claims);
	return copy;
}

static struct json_object *
redact_number(const char *name, struct json_object *value)
{
	static const char codes[] = " statusCode apiCode ";
	static const char small[] = " code expire_in expires_in remainCount "
	    "passwordStrength sort status ";
	double number = json_object_get_double(value);

	/* The V2 envelope's "code" has three digits, one for a person six. */
	if (has_word(codes, name, strlen(name)) ||
	    (has_word(small, name, strlen(name)) && number > -1e7 && number <
	    (strcmp(name, "code") == 0 ? 1e3 : 1e7)))
		return json_object_get(value);
	return json_object_is_type(value, json_type_int) ?
	    json_object_new_int(0) : json_object_new_double(0.5);
}

/*
 * Whether a name is a field's, and not an id, an address or a person that is
 * used as one.
 */
static bool
is_field_name(const struct genauth_redact *known, const char *name)
{
	static const char fields[] = " statusCode apiCode code message "
	    "requestId data id_token access_token refresh_token token "
	    "token_type scope expire_in expires_in connection passwordPayload "
	    "ldapPayload adPayload sAMAccountName account username email phone "
	    "phone_number password options clientIp passwordEncryptType "
	    "client_id client_secret rsa sm2 publicKey alg typ sub aud iss ";
	int digits = 0, letters = 0;

	if (has_word(fields, name, strlen(name)))
		return true;

	for (const char *p = name; *p != '\0'; p++) {
		if (isdigit((unsigned char)*p))
			digits++;
		else if ((*p & 0x80) == 0 && isalpha((unsigned char)*p))
			letters++;
		else if (*p != '_' && *p != '-')
			return false;
	}
	return letters > 0 && letters <= 48 && digits <= 2 &&
	    (known->account == NULL ||
	    strcasestr(name, known->account) == NULL);
}

static struct json_object *
redact_object(const struct genauth_redact *known, struct json_object *value,
    int depth)
{
	struct json_object *copy = json_object_new_object();
	char other[24];
	int others = 0;

	json_object_object_foreach(value, name, member) {
		bool plain = is_field_name(known, name);

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
		return redact_number(name, value);
	case json_type_boolean:
	case json_type_null:
		break;
	}
	return json_object_get(value);
}

struct json_object *
genauth_redact(const struct genauth_redact *known, const char *name,
    struct json_object *value)
{
	return redact(known, name, value, GENAUTH_REDACT_DEPTH);
}
