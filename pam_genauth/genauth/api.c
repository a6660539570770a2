/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/api.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "genauth/apicodes.h"
#include "genauth/json.h"

/* apiCode is a number, or in the V2 list a string of digits. */
static bool
has_api_code(struct json_object *root, long long *api_code)
{
	const char *text;

	return genauth_json_integer(root, "apiCode", api_code) ||
	    (genauth_json_string(root, "apiCode", &text) &&
	    genauth_text_parse_number(text, api_code));
}

bool
genauth_api_parse(const char *text, size_t length,
    struct genauth_api_envelope *envelope, struct genauth_failure *failure)
{
	struct json_object *root = genauth_json_parse(text, length);

	*envelope = (struct genauth_api_envelope){ .root = root };
	if (root == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply is not a JSON object");
	if (!genauth_json_integer(root, "statusCode",
	    &envelope->status_code)) {
		genauth_api_envelope_free(envelope);
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply has no integer statusCode");
	}
	envelope->has_api_code = has_api_code(root, &envelope->api_code);
	genauth_json_string(root, "requestId", &envelope->request_id);
	genauth_json_object(root, "data", &envelope->data);
	return true;
}

bool
genauth_api_accepts(const struct genauth_api_envelope *envelope,
    struct genauth_failure *failure)
{
	struct genauth_apicode row = genauth_apicodes_explain(
	    envelope->has_api_code, envelope->api_code,
	    envelope->status_code);

	return row.verdict == GENAUTH_OK || genauth_failure_set(failure,
	    row.verdict, "%s%s%s", row.meaning, row.advice != NULL ? "; " : "",
	    row.advice != NULL ? row.advice : "");
}

void
genauth_api_envelope_free(struct genauth_api_envelope *envelope)
{
	json_object_put(envelope->root);
	*envelope = (struct genauth_api_envelope){ 0 };
}

/* The headers of every call; the strings and the list belong to this. */
struct headers {
	char app_id[2][192];
	char lang[64];
	const char *list[6];
};

static void
make_headers(const struct genauth_options *options, const char *content_type,
    struct headers *headers)
{
	/* The old name and the new: servers of both brands are out there. */
	static const char *const names[2] =
	    { "x-authing-app-id", "x-genauth-app-id" };
	const char *lang = genauth_options_word(options, GENAUTH_OPTION_lang);
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		snprintf(headers->app_id[i], sizeof(headers->app_id[i]),
		    "%s: %s", names[i],
		    options->app_id);
		headers->list[n++] = headers->app_id[i];
	}
	if (lang != NULL) {
		snprintf(headers->lang, sizeof(headers->lang),
		    "x-authing-lang: %s", lang);
		headers->list[n++] = headers->lang;
	}
	headers->list[n++] = "Accept: application/json";
	headers->list[n++] = content_type;
	headers->list[n] = NULL;
}

/* Sends the text, which is NULL for lack of memory, and frees it. */
static bool
post(struct genauth_http *http, const struct genauth_options *options,
    const char *path, const char *content_type, struct genauth_secret *text,
    long long deadline, struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	struct genauth_http_request request = { .path = path, .body = text,
	    .deadline = deadline };
	struct headers headers;
	bool done;

	*response = (struct genauth_http_response){ 0 };
	if (text->data == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	make_headers(options, content_type, &headers);
	request.headers = headers.list;
	if (options->token_endpoint_auth_method ==
	    GENAUTH_AUTH_CLIENT_SECRET_BASIC) {
		request.user = options->app_id;
		request.password = options->app_secret;
	}
	done = genauth_http_perform(http, &request, response, failure);
	genauth_secret_free(text);
	return done;
}

bool
genauth_api_post(struct genauth_http *http,
    const struct genauth_options *options, const char *path,
    struct json_object *body, long long deadline,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	struct genauth_secret text = { 0 };
	const char *json;
	size_t length;

	if ((options->token_endpoint_auth_method !=
	    GENAUTH_AUTH_CLIENT_SECRET_POST ||
	    (genauth_json_add_string(body, "client_id", options->app_id) &&
	    genauth_json_add_string(body, "client_secret",
	    options->app_secret))) &&
	    (json = json_object_to_json_string_length(body,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
	    &length)) != NULL)
		genauth_secret_set(&text, json, length);
	return post(http, options, path, "Content-Type: application/json",
	    &text, deadline, response, failure);
}

/* Appends "&name=value", the value encoded; what does not fit is cut. */
static void
append_field(char *form, size_t size, const char *name, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	size_t length = strlen(form);

	length += (size_t)snprintf(form + length, size - length, "&%s=", name);
	for (; *value != '\0' && length + 4 < size; value++)
		length += (size_t)snprintf(form + length, size - length,
		    strchr(plain, *value) != NULL ? "%c" : "%%%02X",
		    (unsigned char)*value);
}

bool
genauth_api_post_form(struct genauth_http *http,
    const struct genauth_options *options, const char *path, const char *form,
    long long deadline, struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	struct genauth_secret text = { 0 };
	char full[2048];

	snprintf(full, sizeof(full), "%s", form);
	if (options->token_endpoint_auth_method !=
	    GENAUTH_AUTH_CLIENT_SECRET_BASIC)
		append_field(full, sizeof(full), "client_id",
		    options->app_id);
	if (options->token_endpoint_auth_method ==
	    GENAUTH_AUTH_CLIENT_SECRET_POST)
		append_field(full, sizeof(full), "client_secret",
		    options->app_secret);
	genauth_secret_set(&text, full, strlen(full));
	explicit_bzero(full, sizeof(full));
	return post(http, options, path,
	    "Content-Type: application/x-www-form-urlencoded", &text,
	    deadline, response, failure);
}

bool
genauth_api_get(struct genauth_http *http,
    const struct genauth_options *options, const char *path,
    long long deadline, struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	struct genauth_http_request request = { .path = path,
	    .deadline = deadline };
	struct headers headers;

	make_headers(options, "Content-Type: application/json", &headers);
	request.headers = headers.list;
	return genauth_http_perform(http, &request, response, failure);
}
