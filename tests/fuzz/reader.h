/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.h owns a second reader of replies and tokens, plainer than ours, with
 * which ours is compared.
 */
#ifndef GENAUTH_FUZZ_READER_H
#define GENAUTH_FUZZ_READER_H

#include <json-c/json.h>

#include "fuzz/fuzz.h"

/* A member of that type, or NULL. */
static inline struct json_object *
fuzz_member(struct json_object *object, const char *name, enum json_type type)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) &&
	    json_object_is_type(value, type) ? value : NULL;
}

/* The claims of a JWT; NULL: they cannot be read. */
static inline struct json_object *
fuzz_claims(const char *token)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = strchr(token, '.');
	char *text = calloc(1, strlen(token) + 1);
	struct json_object *claims;
	uint32_t bits = 0;
	size_t count = 0, length = 0;

	REQUIRE(text != NULL);
	for (at++; *at != '.' && *at != '\0'; at++) {
		char c = *at == '+' ? '-' : *at == '/' ? '_' : *at;
		const char *found = strchr(alphabet, c);

		/* What is no base64url is no JWT. */
		if (found == NULL && c != '=') {
			free(text);
			return NULL;
		}
		if (found == NULL)
			break;
		bits = bits << 6 | (uint32_t)(found - alphabet);
		/* 12, 18 and 24 bits give a byte each. */
		if (++count % 4 != 1)
			text[length++] = (char)(bits >> (8 - count % 4 * 2) %
			    8);
	}
	claims = json_tokener_parse(text);
	free(text);
	return claims;
}

#endif
