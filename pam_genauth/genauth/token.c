/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/token.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "genauth/json.h"

struct json_object *
genauth_token_claims(const char *token)
{
	const char *start = strchr(token, '.');
	size_t length = start == NULL ? 0 : strcspn(++start, ".");
	size_t padded = (length + 3) / 4 * 4;
	struct json_object *claims = NULL;
	char *text, *json;
	int decoded;

	if (length == 0 || start[length] != '.' ||
	    strchr(start + length + 1, '.') != NULL)
		return NULL;
	text = malloc(padded);
	json = malloc(padded);
	if (text != NULL && json != NULL) {
		for (size_t i = 0; i < padded; i++)
			text[i] = i >= length ? '=' : start[i] == '-' ? '+' :
			    start[i] == '_' ? '/' : start[i];
		decoded = EVP_DecodeBlock((unsigned char *)json,
		    (unsigned char *)text, (int)padded);
		/* It counts the bytes that the padding stands for. */
		if (decoded > (int)(padded - length))
			claims = genauth_json_parse(json,
			    (size_t)decoded - (padded - length));
	}
	free(text);
	free(json);
	return claims;
}
