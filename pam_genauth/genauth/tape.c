/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/tape.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "genauth/json.h"
#include "genauth/mfa.h"
#include "genauth/redact.h"
#include "genauth/second_factor.h"
#include "genauth/system.h"

/* ---- tokens ---------------------------------------------------------------- */

/* Base64url of a text; NULL: out of memory. */
static char *
encode(const char *text)
{
	size_t length = strlen(text);
	char *out = malloc((length + 2) / 3 * 4 + 1);

	if (out == NULL)
		return NULL;
	EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)text,
	    (int)length);
	out[strcspn(out, "=")] = '\0';
	for (char *p = out; *p != '\0'; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	return out;
}

/* A token with those claims; without any, one whose claims are unreadable. */
static struct json_object *
make_token(struct json_object *jwt)
{
	struct json_object *claims = NULL, *token = NULL;
	char *payload, *text;
	size_t size;

	genauth_json_object(jwt, "claims", &claims);
	payload = encode(claims != NULL ? json_object_to_json_string_ext(
	    claims, JSON_C_TO_STRING_PLAIN) : "{,}");
	size = payload != NULL ? strlen(payload) + sizeof("e30..c2ln") : 0;
	if (payload != NULL && (text = malloc(size)) != NULL) {
		snprintf(text, size, "e30.%s.c2ln", payload);
		token = json_object_new_string(text);
		free(text);
	}
	free(payload);
	return token;
}

/* Tokens in place of what redact.h has made of them. */
static void
restore_tokens(struct json_object *object)
{
	static const char *const names[] = { "id_token", "access_token",
	    "mfaToken", "token" };
	struct json_object *value, *jwt;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (genauth_json_object(object, names[i], &value) &&
		    genauth_json_object(value, GENAUTH_REDACT_JWT, &jwt))
			genauth_json_add(object, names[i], make_token(jwt));
}

/* ---- exchanges ------------------------------------------------------------- */

/* The path of an exchange, or "". */
static const char *
path_of(struct json_object *exchange)
{
	struct json_object *request;
	const char *path;

	return genauth_json_object(exchange, "request", &request) &&
	    genauth_json_string(request, "path", &path) ? path : "";
}

/* The path of the next exchange, or "". */
static const char *
look(struct genauth_tape *tape)
{
	const char *path;

	do
		path = path_of(json_object_array_get_idx(tape->exchanges,
		    tape->next));
	while (strcmp(path, GENAUTH_SYSTEM_PATH) == 0 && ++tape->next > 0);
	return path;
}

/* What came back; without a reply, why. */
static bool
take(struct json_object *exchange, struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	struct json_object *recorded, *body = NULL, *data;
	const char *error, *text;

	if (genauth_json_string(exchange, "error", &error))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE, "%s",
		    error);
	if (!genauth_json_object(exchange, "response", &recorded) ||
	    !genauth_json_integer(recorded, "http_status",
	    &response->status) ||
	    !json_object_object_get_ex(recorded, "body", &body))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the recording has no reply");
	restore_tokens(body);
	if (genauth_json_object(body, "data", &data))
		restore_tokens(data);
	response->progress = GENAUTH_HTTP_ANSWERED;
	text = json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN);
	return genauth_secret_set(&response->body, text, strlen(text)) ||
	    genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
}

static bool
perform(void *data, const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	struct genauth_tape *tape = data;
	const char *path = look(tape);
	size_t length = strcspn(request->path, "?");

	*response = (struct genauth_http_response){ 0 };
	if (strlen(path) != length || strncmp(path, request->path, length) !=
	    0)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "%s is not what the recording has next", request->path);
	return take(json_object_array_get_idx(tape->exchanges, tape->next++),
	    response, failure);
}

struct genauth_http_player
genauth_tape_player(struct genauth_tape *tape)
{
	return (struct genauth_http_player){ perform, tape };
}

/* ---- the person ------------------------------------------------------------ */

static bool
takes_code(const char *path)
{
	static const char *const paths[] = { GENAUTH_TOTP_ENDPOINT,
	    GENAUTH_MFA_OTP_ENDPOINT, GENAUTH_MFA_EMAIL_ENDPOINT,
	    GENAUTH_MFA_SMS_ENDPOINT };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strcmp(path, paths[i]) == 0)
			return true;
	return false;
}

static bool
type(void *data, enum genauth_prompt prompt, const char *detail,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	struct genauth_tape *tape = data;
	char code[16];

	(void)prompt; (void)detail;
	*reply = (struct genauth_secret){ 0 };
	if (!takes_code(look(tape)))
		return genauth_failure_set(failure, GENAUTH_DENIED,
		    "the recording has no further code for the second factor");
	snprintf(code, sizeof(code), "%06u", tape->codes++);
	return genauth_secret_set(reply, code, strlen(code)) ||
	    genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
}

struct genauth_asker
genauth_tape_asker(struct genauth_tape *tape)
{
	return (struct genauth_asker){ type, tape };
}
