/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/record.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/answer.h"
#include "genauth/json.h"
#include "genauth/mfa.h"
#include "genauth/mfa_exchange.h"
#include "genauth/record_names.h"
#include "genauth/redact.h"
#include "genauth/roles.h"
#include "genauth/second_factor.h"
#include "genauth/signin.h"
#include "genauth/system.h"

const char *
genauth_record_account(struct json_object *body, const char **name)
{
	static const char *const payloads[] = { "passwordPayload",
	    "ldapPayload", "adPayload" };
	static const char *const names[] = { "account", "username", "email",
	    "phone", "sAMAccountName" };
	struct json_object *payload;
	const char *account;

	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		if (!genauth_json_object(body, payloads[i], &payload))
			continue;
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (genauth_json_string(payload, names[k], &account)) {
				*name = names[k];
				return account;
			}
	}
	return NULL;
}

static struct json_object *
redact(const struct genauth_record *record, struct json_object *body)
{
	const struct genauth_redact known = {
		record->account[0] != '\0' ? record->account : NULL,
		record->options->app_id,
		record->options->app_secret,
		record->options->app_host,
	};

	return genauth_redact(&known, body);
}

/* PEM, base64 or hex, and long enough for a key. */
static bool
is_public_key(const char *text)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/=- \r\n";

	return strlen(text) >= 128 && text[strspn(text, set)] == '\0' &&
	    genauth_answer_can_hold_key(text, strlen(text));
}

/* The keys that GenAuth publishes are public, and what they are is asked. */
static void
keep_public_keys(struct json_object *from, struct json_object *to)
{
	static const char *const types[] = { "rsa", "sm2" };
	struct json_object *source, *target;
	const char *key;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (genauth_json_object(from, types[i], &source) &&
		    genauth_json_object(to, types[i], &target) &&
		    genauth_json_string(source, "publicKey", &key) &&
		    is_public_key(key))
			genauth_json_add_string(target, "publicKey", key);
	if (genauth_json_object(from, "data", &source) &&
	    genauth_json_object(to, "data", &target))
		keep_public_keys(source, target);
}

/* A body, or why there is none. */
static struct json_object *
describe_body(const struct genauth_record *record, const char *path,
    const struct genauth_secret *text)
{
	struct json_object *body, *shown;
	char note[64];

	body = genauth_json_parse(text->data, text->length);
	if (body == NULL) {
		snprintf(note, sizeof(note), "<%zu bytes that are no JSON "
		    "object>", text->length);
		return json_object_new_string(note);
	}
	shown = redact(record, body);
	if (strcmp(path, GENAUTH_SYSTEM_PATH) == 0)
		keep_public_keys(body, shown);
	json_object_put(body);
	return shown;
}

/* The account that logs in is that of the request, whatever replies say. */
static void
learn_account(struct genauth_record *record, const struct genauth_secret *sent)
{
	struct json_object *body = sent == NULL ? NULL :
	    genauth_json_parse(sent->data, sent->length);
	const char *account, *name;

	if ((account = genauth_record_account(body, &name)) != NULL)
		snprintf(record->account, sizeof(record->account), "%s",
		    account);
	json_object_put(body);
}

static struct json_object *
describe_request(const struct genauth_record *record,
    const struct genauth_http_request *request)
{
	struct json_object *object = json_object_new_object();
	struct json_object *headers = json_object_new_array();

	genauth_json_add_string(object, "method", request->body != NULL ?
	    "POST" : "GET");
	/* A query is somebody's own. */
	genauth_json_add(object, "path", json_object_new_string_len(
	    request->path, (int)strcspn(request->path, "?")));
	for (size_t i = 0; request->headers[i] != NULL; i++)
		genauth_record_names_add(headers, request->headers[i],
		    strcspn(request->headers[i], ":"));
	if (request->user != NULL)
		genauth_record_names_add(headers, "Authorization", strlen("Authorization"));
	genauth_json_add(object, "headers", headers);
	if (request->body != NULL)
		genauth_json_add(object, "body", describe_body(record,
		    request->path, request->body));
	return object;
}

static struct json_object *
describe_response(const struct genauth_record *record, const char *path,
    const struct genauth_http_response *response)
{
	struct json_object *object = json_object_new_object();

	genauth_json_add(object, "http_status",
	    json_object_new_int64(response->status));
	genauth_json_add(object, "headers",
	    genauth_record_names_list(response->header_names.data));
	genauth_json_add(object, "body", describe_body(record, path,
	    &response->body));
	return object;
}

static struct json_object *
describe_times(const struct genauth_http_response *response)
{
	struct json_object *object = json_object_new_object();

	genauth_json_add(object, "dns_ms",
	    json_object_new_int64(response->dns_ms));
	genauth_json_add(object, "connect_ms",
	    json_object_new_int64(response->connect_ms));
	genauth_json_add(object, "tls_ms",
	    json_object_new_int64(response->tls_ms));
	genauth_json_add(object, "wait_ms",
	    json_object_new_int64(response->wait_ms));
	return object;
}

const struct genauth_record_option
    genauth_record_options[GENAUTH_RECORD_OPTION_COUNT] = {
	{ "identity", GENAUTH_OPTION_identity },
	{ "second_factor", GENAUTH_OPTION_second_factor },
	{ "mfa", GENAUTH_OPTION_mfa },
	{ "mfa_policy_order", GENAUTH_OPTION_mfa_policy_order },
	{ "mfa_token_exchange", GENAUTH_OPTION_mfa_token_exchange },
};

/* Those of genauth_record_options that are not what they are as it comes. */
static void
add_options(const struct genauth_record *record, struct json_object *exchange)
{
	const struct genauth_options *options = record->options;

	if (options->identity == GENAUTH_IDENTITY_REQUIRED)
		genauth_json_add_string(exchange, "identity", "required");
	if (options->second_factor != GENAUTH_SECOND_FACTOR_NONE)
		genauth_json_add_string(exchange, "second_factor",
		    genauth_options_word(options,
		    GENAUTH_OPTION_second_factor));
	if (options->mfa != GENAUTH_MFA_ASK)
		return;
	genauth_json_add_string(exchange, "mfa", "ask");
	genauth_json_add_string(exchange, "mfa_policy_order",
	    options->mfa_policy_order);
	if (options->mfa_token_exchange)
		genauth_json_add_string(exchange, "mfa_token_exchange", "yes");
}

void
genauth_record_exchange(void *data,
    const struct genauth_http_request *request,
    const struct genauth_http_response *response, const char *error)
{
	struct genauth_record *record = data;
	struct json_object *exchange = json_object_new_object(), *part;
	const char *text;

	learn_account(record, request->body);
	if (strcmp(request->path, GENAUTH_SIGNIN_ENDPOINT) == 0)
		add_options(record, exchange);
	genauth_json_add(exchange, "request", describe_request(record,
	    request));
	part = describe_response(record, request->path, response);
	genauth_json_add(exchange, "response", part);
	if (error != NULL)
		genauth_json_add_string(exchange, "error", error);
	genauth_json_add(exchange, "times", describe_times(response));
	text = json_object_to_json_string_ext(exchange,
	    JSON_C_TO_STRING_PLAIN);
	if (text != NULL && strlen(text) > GENAUTH_RECORD_LIMIT) {
		genauth_json_add_string(part, "body", GENAUTH_RECORD_TOO_LARGE);
		text = json_object_to_json_string_ext(exchange,
		    JSON_C_TO_STRING_PLAIN);
	}
	if (text != NULL && strlen(text) <= GENAUTH_RECORD_LIMIT)
		record->sink(record->data, text);
	json_object_put(exchange);
}

/* A number that is no longer than a time or a status. */
static void
copy_number(struct json_object *from, struct json_object *to, const char *name)
{
	long long number;

	if (genauth_json_integer(from, name, &number) && number >= 0 &&
	    number < 1000000)
		genauth_json_add(to, name, json_object_new_int64(number));
}

/* A text that says why there is no body, as describe_body makes it. */
static bool
is_note(const char *text)
{
	size_t digits = text[0] == '<' ? strspn(text + 1, "0123456789") : 0;

	return strcmp(text, GENAUTH_RECORD_TOO_LARGE) == 0 || (digits > 0 &&
	    strcmp(text + 1 + digits, " bytes that are no JSON object>") == 0);
}

static void
copy_body(const struct genauth_record *record, const char *path,
    struct json_object *from, struct json_object *to)
{
	struct json_object *body, *shown;
	const char *note;

	if (genauth_json_object(from, "body", &body)) {
		shown = redact(record, body);
		if (strcmp(path, GENAUTH_SYSTEM_PATH) == 0)
			keep_public_keys(body, shown);
		genauth_json_add(to, "body", shown);
	} else if (genauth_json_string(from, "body", &note) && is_note(note)) {
		genauth_json_add_string(to, "body", note);
	}
}

static void
copy_headers(struct json_object *from, struct json_object *to)
{
	struct json_object *list, *copy = json_object_new_array();
	const char *name;

	if (json_object_object_get_ex(from, "headers", &list) &&
	    json_object_is_type(list, json_type_array))
		for (size_t i = 0; i < json_object_array_length(list); i++) {
			name = json_object_get_string(
			    json_object_array_get_idx(list, i));
			if (name != NULL)
				genauth_record_names_add(copy, name, strlen(name));
		}
	genauth_json_add(to, "headers", copy);
}

/* Those whose replies are shown. */
struct endpoint {
	const char *path, *method;
};

/* NULL: it is none of them. */
static const struct endpoint *
find_endpoint(const char *path)
{
	static const struct endpoint endpoints[] = {
		{ GENAUTH_SIGNIN_ENDPOINT, "POST" },
		{ GENAUTH_SYSTEM_PATH, "GET" },
		{ GENAUTH_ROLES_ENDPOINT, "GET" },
		{ GENAUTH_GROUPS_ENDPOINT, "GET" },
		{ GENAUTH_FACTORS_ENDPOINT, "GET" },
		{ GENAUTH_TOTP_ENDPOINT, "POST" },
		{ GENAUTH_SEND_EMAIL_ENDPOINT, "POST" },
		{ GENAUTH_SEND_SMS_ENDPOINT, "POST" },
		{ GENAUTH_MFA_OTP_ENDPOINT, "POST" },
		{ GENAUTH_MFA_EMAIL_ENDPOINT, "POST" },
		{ GENAUTH_MFA_SMS_ENDPOINT, "POST" },
		{ GENAUTH_TOKEN_ENDPOINT, "POST" },
	};

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		if (strcmp(path, endpoints[i].path) == 0)
			return &endpoints[i];
	return NULL;
}

struct json_object *
genauth_record_check(const struct genauth_record *record,
    struct json_object *exchange)
{
	struct json_object *copy, *from, *to;
	const struct endpoint *endpoint;
	const char *path, *error;

	if (!genauth_json_object(exchange, "request", &from) ||
	    !genauth_json_string(from, "path", &path) ||
	    (endpoint = find_endpoint(path)) == NULL)
		return NULL;
	path = endpoint->path;
	copy = json_object_new_object();
	if (strcmp(path, GENAUTH_SIGNIN_ENDPOINT) == 0)
		add_options(record, copy);
	to = json_object_new_object();
	genauth_json_add_string(to, "method", endpoint->method);
	genauth_json_add_string(to, "path", path);
	copy_headers(from, to);
	copy_body(record, path, from, to);
	genauth_json_add(copy, "request", to);
	if (genauth_json_object(exchange, "response", &from)) {
		to = json_object_new_object();
		copy_number(from, to, "http_status");
		copy_headers(from, to);
		copy_body(record, path, from, to);
		genauth_json_add(copy, "response", to);
	}
	if (genauth_json_string(exchange, "error", &error))
		genauth_json_add_string(copy, "error",
		    genauth_http_knows_error(error) ? error : "<string>");
	if (genauth_json_object(exchange, "times", &from)) {
		to = json_object_new_object();
		copy_number(from, to, "dns_ms");
		copy_number(from, to, "connect_ms");
		copy_number(from, to, "tls_ms");
		copy_number(from, to, "wait_ms");
		genauth_json_add(copy, "times", to);
	}
	return copy;
}
