/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/replay.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"
#include "genauth/json.h"
#include "genauth/record.h"
#include "genauth/redact.h"
#include "genauth/reply.h"
#include "genauth/signin.h"

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

/* The data of the reply with tokens in place of what record.h made of them. */
static void
restore_tokens(struct json_object *body)
{
	static const char *const names[] = { "id_token", "access_token" };
	struct json_object *data, *value, *jwt;

	if (!genauth_json_object(body, "data", &data))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (genauth_json_object(data, names[i], &value) &&
		    genauth_json_object(value, GENAUTH_REDACT_JWT, &jwt))
			genauth_json_add(data, names[i], make_token(jwt));
}

/* As the request was made: what the reply is judged by. */
static bool
set_options(struct genauth_options *options, struct json_object *exchange,
    struct json_object *request, const char *account_name)
{
	struct genauth_failure ignored;
	const char *connection, *identity;

	return genauth_options_init(options) &&
	    genauth_options_set(options, GENAUTH_OPTION_app_id,
	    GENAUTH_REDACT_APP_ID, GENAUTH_PLACE_FILE, &ignored) &&
	    (!genauth_json_string(exchange, "identity", &identity) ||
	    genauth_options_set(options, GENAUTH_OPTION_identity, identity,
	    GENAUTH_PLACE_FILE, &ignored)) &&
	    (!genauth_json_string(request, "connection", &connection) ||
	    genauth_options_set(options, GENAUTH_OPTION_connection, connection,
	    GENAUTH_PLACE_FILE, &ignored)) &&
	    (strcmp(account_name, "sAMAccountName") == 0 ||
	    genauth_options_set(options, GENAUTH_OPTION_account_type,
	    account_name, GENAUTH_PLACE_FILE, &ignored));
}

static bool
is_left_out(struct json_object *body)
{
	return json_object_is_type(body, json_type_string) &&
	    strcmp(json_object_get_string(body), GENAUTH_RECORD_TOO_LARGE) ==
	    0;
}

static bool
judge(struct json_object *exchange, struct json_object *request,
    struct json_object *response, struct genauth_answer *answer)
{
	struct genauth_options options = { 0 };
	struct json_object *sent, *body = NULL;
	const char *account = NULL, *name, *text;
	bool done = false;

	if (genauth_json_object(request, "body", &sent))
		account = genauth_record_account(sent, &name);
	if (account != NULL && json_object_object_get_ex(response, "body",
	    &body) && !is_left_out(body) && set_options(&options, exchange,
	    sent, name)) {
		restore_tokens(body);
		text = json_object_to_json_string_ext(body,
		    JSON_C_TO_STRING_PLAIN);
		genauth_reply_judge(text, strlen(text), &options, account,
		    answer);
		done = true;
	}
	genauth_options_free(&options);
	return done;
}

bool
genauth_replay(struct json_object *exchange, struct genauth_answer *answer)
{
	struct json_object *request, *response;
	const char *method, *path, *error;

	*answer = (struct genauth_answer){ 0 };
	return !genauth_json_string(exchange, "error", &error) &&
	    genauth_json_object(exchange, "request", &request) &&
	    genauth_json_string(request, "method", &method) &&
	    genauth_json_string(request, "path", &path) &&
	    strcmp(method, "POST") == 0 &&
	    strcmp(path, GENAUTH_SIGNIN_ENDPOINT) == 0 &&
	    genauth_json_object(exchange, "response", &response) &&
	    genauth_json_integer(response, "http_status",
	    &answer->http_status) && answer->http_status != 0 &&
	    judge(exchange, request, response, answer);
}
