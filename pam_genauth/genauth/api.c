/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/api.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
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
make_headers(const struct genauth_options *options, struct headers *headers)
{
	/* The old name and the new: servers of both brands are out there. */
	static const char *const names[2] =
	    { "x-authing-app-id", "x-genauth-app-id" };
	const char *lang = genauth_options_text(options, GENAUTH_OPTION_lang);
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		snprintf(headers->app_id[i], sizeof(headers->app_id[i]),
		    "%s: %s", names[i],
		    genauth_options_text(options, GENAUTH_OPTION_app_id));
		headers->list[n++] = headers->app_id[i];
	}
	if (lang != NULL) {
		snprintf(headers->lang, sizeof(headers->lang),
		    "x-authing-lang: %s", lang);
		headers->list[n++] = headers->lang;
	}
	headers->list[n++] = "Accept: application/json";
	headers->list[n++] = "Content-Type: application/json";
	headers->list[n] = NULL;
}

bool
genauth_api_post(struct genauth_http *http,
    const struct genauth_options *options, const char *path,
    struct json_object *body, long long deadline,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	enum genauth_option method = GENAUTH_OPTION_token_endpoint_auth_method;
	const char *id = genauth_options_text(options, GENAUTH_OPTION_app_id);
	const char *secret = genauth_options_text(options,
	    GENAUTH_OPTION_app_secret);
	struct genauth_http_request request = { .path = path,
	    .deadline = deadline };
	struct genauth_secret text = { 0 };
	struct headers headers;
	const char *json;
	size_t length;
	bool done;

	*response = (struct genauth_http_response){ 0 };
	make_headers(options, &headers);
	request.headers = headers.list;
	if (genauth_options_has(options, method, "client_secret_basic")) {
		request.user = id;
		request.password = secret;
	}
	if (genauth_options_has(options, method, "client_secret_post") &&
	    (!genauth_json_add_string(body, "client_id", id) ||
	    !genauth_json_add_string(body, "client_secret", secret)))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	json = json_object_to_json_string_length(body, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE, &length);
	if (json == NULL || !genauth_secret_set(&text, json, length))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	request.body = &text;
	done = genauth_http_perform(http, &request, response, failure);
	genauth_secret_free(&text);
	return done;
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

	make_headers(options, &headers);
	request.headers = headers.list;
	return genauth_http_perform(http, &request, response, failure);
}
