/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/token.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "common/answer.h"
#include "genauth/json.h"

/* The middle one of three parts; NULL: there are not three, or it is empty. */
static const char *
find_payload(const char *token, size_t *length)
{
	const char *start = strchr(token, '.');

	if (start == NULL)
		return NULL;
	start++;
	*length = strcspn(start, ".");
	return *length > 0 && start[*length] == '.' &&
	    strchr(start + *length + 1, '.') == NULL ? start : NULL;
}

/* Base64url; returns the number of bytes in out, 0: it is none. */
static size_t
decode(const char *text, size_t length, char *scratch, char *out)
{
	/* With the old signs for two of them. */
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_+/";
	size_t padding;
	int decoded;

	/* RFC 7515 has no padding; whoever writes it means the same. */
	while (length > 0 && text[length - 1] == '=')
		length--;
	/* libcrypto passes over spaces, and takes '=' for a zero. */
	if (strspn(text, alphabet) < length)
		return 0;
	padding = (4 - length % 4) % 4;

	for (size_t i = 0; i < length; i++)
		scratch[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' :
		    text[i];
	memset(scratch + length, '=', padding);
	decoded = EVP_DecodeBlock((unsigned char *)out,
	    (unsigned char *)scratch, (int)(length + padding));
	/* It counts the bytes that the padding stands for. */
	return decoded > (int)padding ? (size_t)decoded - padding : 0;
}

/* Whether it begins as an object does: what does not end as one is refused. */
static bool
is_object(const char *json, size_t size)
{
	size_t start = size >= 3 && memcmp(json, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (start < size && memchr(" \t\r\n", json[start], 4) != NULL)
		start++;
	return start < size && json[start] == '{';
}

/* A part is an object in base64url. */
static enum genauth_token
read_part(const char *text, size_t length, struct json_object **object)
{
	enum genauth_token found = GENAUTH_TOKEN_UNREADABLE;
	char *scratch = malloc(length + 3), *json = malloc(length + 3);
	size_t size;

	*object = NULL;
	if (scratch != NULL && json != NULL) {
		size = decode(text, length, scratch, json);
		if (!is_object(json, size))
			found = GENAUTH_TOKEN_OPAQUE;
		else if ((*object = genauth_json_parse(json, size)) != NULL)
			found = GENAUTH_TOKEN_CLAIMS;
	}
	free(scratch);
	free(json);
	return found;
}

enum genauth_token
genauth_token_claims(const char *token, struct json_object **claims)
{
	size_t length = 0;
	const char *payload = find_payload(token, &length);

	*claims = NULL;
	return payload == NULL ? GENAUTH_TOKEN_OPAQUE : read_part(payload,
	    length, claims);
}

struct json_object *
genauth_token_header(const char *token)
{
	struct json_object *header;

	read_part(token, strcspn(token, "."), &header);
	return header;
}

bool
genauth_token_take(struct json_object *data, const char *name,
    struct genauth_secret *token)
{
	const char *value;

	return !genauth_json_string(data, name, &value) || *value == '\0' ||
	    !genauth_answer_can_hold_token(value, strlen(value)) ||
	    genauth_secret_set(token, value, strlen(value));
}
