/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/record.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "genauth/json.h"
#include "genauth/redact.h"
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
		genauth_options_text(record->options, GENAUTH_OPTION_app_id),
		genauth_options_text(record->options,
		    GENAUTH_OPTION_app_secret),
		genauth_options_text(record->options, GENAUTH_OPTION_app_host),
	};

	return genauth_redact(&known, "", body);
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
		    genauth_json_string(source, "publicKey", &key))
			genauth_json_add_string(target, "publicKey", key);
	if (genauth_json_object(from, "data", &source) &&
	    genauth_json_object(to, "data", &target))
		keep_public_keys(source, target);
}

/* A body, or why there is none. */
static struct json_object *
describe_body(struct genauth_record *record, const char *path,
    const struct genauth_secret *text)
{
	struct json_object *body, *shown;
	const char *account, *name;
	char note[64];

	body = genauth_json_parse(text->data, text->length);
	if (body == NULL) {
		snprintf(note, sizeof(note), "<%zu bytes that are no JSON "
		    "object>", text->length);
		return json_object_new_string(note);
	}
	if ((account = genauth_record_account(body, &name)) != NULL)
		snprintf(record->account, sizeof(record->account), "%s",
		    account);
	shown = redact(record, body);
	if (strcmp(path, GENAUTH_SYSTEM_PATH) == 0)
		keep_public_keys(body, shown);
	json_object_put(body);
	return shown;
}

/* "name: value" lines without their values. */
static struct json_object *
list_names(const char *const *headers)
{
	struct json_object *list = json_object_new_array();

	for (; list != NULL && *headers != NULL; headers++)
		json_object_array_add(list, json_object_new_string_len(
		    *headers, (int)strcspn(*headers, ":")));
	return list;
}

/* "a,b,c" */
static struct json_object *
split_names(const struct genauth_secret *names)
{
	struct json_object *list = json_object_new_array();
	const char *at = names->data;
	int length;

	while (list != NULL && at != NULL && *at != '\0') {
		length = (int)strcspn(at, ",");
		json_object_array_add(list, json_object_new_string_len(at,
		    length));
		at += length + (at[length] == ',');
	}
	return list;
}

static struct json_object *
describe_request(struct genauth_record *record,
    const struct genauth_http_request *request)
{
	struct json_object *object = json_object_new_object(), *headers;

	genauth_json_add_string(object, "method", request->body != NULL ?
	    "POST" : "GET");
	genauth_json_add_string(object, "path", request->path);
	headers = list_names(request->headers);
	if (request->user != NULL && headers != NULL)
		json_object_array_add(headers,
		    json_object_new_string("Authorization"));
	genauth_json_add(object, "headers", headers);
	if (request->body != NULL)
		genauth_json_add(object, "body", describe_body(record,
		    request->path, request->body));
	return object;
}

static struct json_object *
describe_response(struct genauth_record *record, const char *path,
    const struct genauth_http_response *response)
{
	struct json_object *object = json_object_new_object();

	genauth_json_add(object, "http_status",
	    json_object_new_int64(response->status));
	genauth_json_add(object, "headers",
	    split_names(&response->header_names));
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

void
genauth_record_exchange(void *data,
    const struct genauth_http_request *request,
    const struct genauth_http_response *response, const char *error)
{
	struct genauth_record *record = data;
	struct json_object *exchange = json_object_new_object(), *part;
	const char *text;

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
		genauth_json_add_string(part, "body", "<too large to show>");
		text = json_object_to_json_string_ext(exchange,
		    JSON_C_TO_STRING_PLAIN);
	}
	if (text != NULL && strlen(text) <= GENAUTH_RECORD_LIMIT)
		record->sink(record->data, text);
	json_object_put(exchange);
}
