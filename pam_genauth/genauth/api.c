/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/api.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/answer.h"
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

static bool
is_throttled(long long http_status, struct genauth_failure *failure)
{
	if (http_status == GENAUTH_HTTP_THROTTLED)
		genauth_failure_set(failure, GENAUTH_THROTTLED,
		    "too many requests (HTTP status 429); wait");
	return http_status == GENAUTH_HTTP_THROTTLED;
}

/* false: there is none. */
static bool
read_codes(struct json_object *root, enum genauth_api_version version,
    struct genauth_api_envelope *envelope)
{
	envelope->has_codes = genauth_json_integer(root,
	    version == GENAUTH_API_V3 ? "statusCode" : "code",
	    &envelope->status_code);
	envelope->has_api_code = has_api_code(root, &envelope->api_code);
	/* A code of more than three digits is a reason, as apiCode is. */
	if (version == GENAUTH_API_V2 && !envelope->has_api_code &&
	    envelope->status_code > 999) {
		envelope->has_api_code = true;
		envelope->api_code = envelope->status_code;
	}
	return envelope->has_codes;
}

static bool
read_envelope(const char *text, size_t length,
    enum genauth_api_version version, struct genauth_api_envelope *envelope,
    struct genauth_failure *failure)
{
	struct json_object *root = genauth_json_parse(text, length);

	*envelope = (struct genauth_api_envelope){ .root = root };
	if (root == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply is not a JSON object");
	if (!read_codes(root, version, envelope))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply has no integer statusCode");
	envelope->row = genauth_apicodes_explain(envelope->has_api_code,
	    envelope->api_code, envelope->status_code);
	genauth_json_string(root, "requestId", &envelope->request_id);
	genauth_json_string(root, "message", &envelope->message);
	genauth_json_object(root, "data", &envelope->data);
	return true;
}

bool
genauth_api_judge(const char *text, size_t length, long long http_status,
    enum genauth_api_version version, struct genauth_api_envelope *envelope,
    struct genauth_failure *failure)
{
	const struct genauth_apicode *row = &envelope->row;
	bool read = read_envelope(text, length, version, envelope, failure);

	/* Gateways throttle too, and write into the body what they like. */
	if (is_throttled(http_status, failure) || !read)
		return false;
	if (row->verdict != GENAUTH_OK)
		return genauth_failure_set(failure, row->verdict, "%s%s%s",
		    row->meaning, row->advice != NULL ? "; " : "",
		    row->advice != NULL ? row->advice : "");
	if (http_status < 200 || http_status > 299)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "statusCode is 200 but the HTTP status is %lld",
		    http_status);
	return true;
}

/* 6001, a one-time password; 2001 and 2300, a code that was sent. */
bool
genauth_api_says_wrong_code(const struct genauth_api_reply *reply)
{
	const struct genauth_api_envelope *envelope = &reply->envelope;

	return reply->http.status != GENAUTH_HTTP_THROTTLED &&
	    envelope->has_api_code && (envelope->api_code == 6001 ||
	    envelope->api_code == 2001 || envelope->api_code == 2300);
}

bool
genauth_api_judge_bare(const char *text, size_t length, long long http_status,
    const char *path, struct json_object **root,
    struct genauth_failure *failure)
{
	*root = genauth_json_parse(text, length);
	if (is_throttled(http_status, failure))
		return false;
	if (*root == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply of %s is not a JSON object", path);
	return http_status < 500 || genauth_failure_set(failure,
	    GENAUTH_UNAVAILABLE, "the reply of %s has the HTTP status %lld",
	    path, http_status);
}

void
genauth_api_envelope_free(struct genauth_api_envelope *envelope)
{
	json_object_put(envelope->root);
	*envelope = (struct genauth_api_envelope){ 0 };
}

void
genauth_api_reply_free(struct genauth_api_reply *reply)
{
	genauth_api_envelope_free(&reply->envelope);
	genauth_http_response_free(&reply->http);
}

/* The headers of every call; the strings and the list belong to this. */
struct headers {
	char app_id[2][192];
	char lang[64];
	char pool[192];
	char bearer[GENAUTH_TOKEN_LIMIT + 32];
	const char *list[8];
};

static void
add_pool(const struct genauth_options *app, struct headers *headers, size_t *n)
{
	snprintf(headers->pool, sizeof(headers->pool),
	    "x-authing-userpool-id: %s", app->user_pool_id);
	headers->list[(*n)++] = headers->pool;
}

/* Of an application, or of nobody. */
static void
make_headers(const struct genauth_options *app,
    const struct genauth_api_request *call, struct headers *headers)
{
	/* The old name and the new: servers of both brands are out there. */
	static const char *const names[2] =
	    { "x-authing-app-id", "x-genauth-app-id" };
	const char *lang = app == NULL ? NULL : genauth_options_word(app,
	    GENAUTH_OPTION_lang);
	size_t n = 0;

	for (int i = 0; i < 2 && app != NULL; i++) {
		snprintf(headers->app_id[i], sizeof(headers->app_id[i]),
		    "%s: %s", names[i], app->app_id);
		headers->list[n++] = headers->app_id[i];
	}
	if (lang != NULL) {
		snprintf(headers->lang, sizeof(headers->lang),
		    "x-authing-lang: %s", lang);
		headers->list[n++] = headers->lang;
	}
	if (app != NULL && call->names_pool && app->user_pool_id != NULL)
		add_pool(app, headers, &n);
	if (call->bearer != NULL) {
		snprintf(headers->bearer, sizeof(headers->bearer),
		    "Authorization: Bearer %s", call->bearer);
		headers->list[n++] = headers->bearer;
	}
	headers->list[n++] = "Accept: application/json";
	if (app != NULL)
		headers->list[n++] = call->form != NULL ?
		    "Content-Type: application/x-www-form-urlencoded" :
		    "Content-Type: application/json";
	headers->list[n] = NULL;
}

/* What is POSTed for a JSON object; empty for lack of memory. */
static void
write_json(const struct genauth_options *app,
    const struct genauth_api_request *request, struct genauth_secret *text)
{
	struct json_object *body = request->json;
	bool in_body = request->bearer == NULL &&
	    app->token_endpoint_auth_method == GENAUTH_AUTH_CLIENT_SECRET_POST;
	const char *json;
	size_t length;

	if ((!in_body || (genauth_json_add_string(body, "client_id",
	    app->app_id) && genauth_json_add_string(body, "client_secret",
	    app->app_secret))) &&
	    (json = json_object_to_json_string_length(body,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
	    &length)) != NULL)
		genauth_secret_set(text, json, length);
}

/* What a field takes, encoded, at the most. */
static size_t
size_of(const struct genauth_api_field *field)
{
	return strlen(field->name) + 3 * strlen(field->value) + 2;
}

/* Appends "name=value&", the value encoded. */
static char *
append_field(char *end, const struct genauth_api_field *field)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	end += sprintf(end, "%s=", field->name);
	for (const char *p = field->value; *p != '\0'; p++)
		end += sprintf(end, strchr(plain, *p) != NULL ? "%c" :
		    "%%%02X", (unsigned char)*p);
	*end++ = '&';
	return end;
}

/* The fields, and those of the client authentication; ends in NULL. */
static void
list_fields(const struct genauth_options *app,
    const struct genauth_api_field *form,
    struct genauth_api_field list[GENAUTH_API_FIELDS + 3])
{
	size_t n = 0;

	for (; n < GENAUTH_API_FIELDS && form[n].name != NULL; n++)
		list[n] = form[n];
	if (app->token_endpoint_auth_method != GENAUTH_AUTH_CLIENT_SECRET_BASIC)
		list[n++] = (struct genauth_api_field){ "client_id",
		    app->app_id };
	if (app->token_endpoint_auth_method == GENAUTH_AUTH_CLIENT_SECRET_POST)
		list[n++] = (struct genauth_api_field){ "client_secret",
		    app->app_secret };
	list[n] = (struct genauth_api_field){ NULL, NULL };
}

/* What is POSTed for a form; empty for lack of memory. */
static void
write_form(const struct genauth_options *app,
    const struct genauth_api_field *form, struct genauth_secret *text)
{
	struct genauth_api_field list[GENAUTH_API_FIELDS + 3], *field;
	size_t size = 1;
	char *end;

	list_fields(app, form, list);
	for (field = list; field->name != NULL; field++)
		size += size_of(field);
	if ((text->data = calloc(1, size)) == NULL)
		return;
	end = text->data;
	for (field = list; field->name != NULL; field++)
		end = append_field(end, field);
	*--end = '\0';
	text->length = (size_t)(end - text->data);
}

/* The path with its query, which text is for; NULL: it is too long. */
static const char *
make_target(const struct genauth_api_request *call, char *text, size_t size)
{
	size_t length = strlen(call->path);
	char *end;

	if (call->query.name == NULL)
		return call->path;
	if (length + 1 + size_of(&call->query) > size)
		return NULL;
	end = text + sprintf(text, "%s?", call->path);
	end = append_field(end, &call->query);
	*--end = '\0';
	return text;
}

/* Sends it and reads the reply, whatever it says. */
static bool
exchange(struct genauth_http *http, const struct genauth_options *app,
    const struct genauth_api_request *call, struct genauth_secret *text,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	char target[512];
	struct genauth_http_request request = { .path = make_target(call,
	    target, sizeof(target)), .deadline = call->deadline,
	    .inspect = call->inspect };
	bool posts = call->json != NULL || call->form != NULL;
	struct headers headers;
	bool replied;

	if (request.path == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "the path of a request is too long");
	make_headers(app, call, &headers);
	request.headers = headers.list;
	if (posts && text->data == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	if (posts)
		request.body = text;
	if (posts && call->bearer == NULL && app->token_endpoint_auth_method ==
	    GENAUTH_AUTH_CLIENT_SECRET_BASIC) {
		request.user = app->app_id;
		request.password = app->app_secret;
	}
	replied = genauth_http_perform(http, &request, response, failure);
	explicit_bzero(&headers, sizeof(headers));
	return replied;
}

bool
genauth_api_call(struct genauth_http *http, const struct genauth_options *app,
    const struct genauth_api_request *request,
    struct genauth_api_reply *reply, struct genauth_failure *failure)
{
	struct genauth_secret text = { 0 };
	bool replied;

	*reply = (struct genauth_api_reply){ 0 };
	if (app != NULL && request->json != NULL)
		write_json(app, request, &text);
	else if (app != NULL && request->form != NULL)
		write_form(app, request->form, &text);
	replied = exchange(http, app, request, &text, &reply->http, failure);
	genauth_secret_free(&text);
	if (!replied) {
		/* The status is enough to know what is the matter. */
		if (reply->http.status == GENAUTH_HTTP_THROTTLED)
			failure->verdict = GENAUTH_THROTTLED;
		return false;
	}
	if (request->bare)
		return genauth_api_judge_bare(reply->http.body.data,
		    reply->http.body.length, reply->http.status,
		    request->path, &reply->envelope.root, failure);
	return genauth_api_judge(reply->http.body.data,
	    reply->http.body.length, reply->http.status, request->version,
	    &reply->envelope, failure);
}
