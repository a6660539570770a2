/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/check_app.h"

#include <json-c/json.h>
#include <string.h>

#include "genauth/api.h"
#include "genauth/json.h"

#define APP_SECRET_PATH "/api/v3/check-app-id-secret"
#define TOKEN_PATH "/oidc/token"
#define NO_SUCH_PATH 404

static enum genauth_checked
unknown(struct genauth_failure *failure, enum genauth_verdict verdict,
    const char *why)
{
	genauth_failure_set(failure, verdict, "%s", why);
	return GENAUTH_CHECKED_UNKNOWN;
}

/* What came of it when GenAuth did not accept the question. */
static enum genauth_checked
judge_refusal(const struct genauth_api_envelope *envelope,
    struct genauth_failure *failure)
{
	if (!envelope->has_codes || envelope->row.verdict == GENAUTH_OK)
		return GENAUTH_CHECKED_UNKNOWN;
	genauth_failure_set(failure, envelope->row.verdict, "%s (statusCode "
	    "%lld, apiCode %lld)", envelope->row.meaning,
	    envelope->status_code, envelope->api_code);
	return envelope->row.verdict == GENAUTH_CONFIG &&
	    envelope->status_code != NO_SUCH_PATH ? GENAUTH_CHECKED_WRONG :
	    GENAUTH_CHECKED_UNKNOWN;
}

static enum genauth_checked
judge_validity(struct json_object *data, struct genauth_failure *failure)
{
	struct json_object *valid;

	if (!json_object_object_get_ex(data, "valid", &valid) ||
	    !json_object_is_type(valid, json_type_boolean))
		return unknown(failure, GENAUTH_UNAVAILABLE,
		    "the reply does not say whether they are valid");
	if (json_object_get_boolean(valid))
		return GENAUTH_CHECKED_RIGHT;
	genauth_failure_set(failure, GENAUTH_CONFIG,
	    "GenAuth does not accept app_id and app_secret");
	return GENAUTH_CHECKED_WRONG;
}

enum genauth_checked
genauth_check_app_secret(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure)
{
	struct genauth_api_request request = { .path = APP_SECRET_PATH,
	    .json = json_object_new_object(), .deadline = deadline };
	struct genauth_api_reply reply = { 0 };
	enum genauth_checked checked;

	if (!genauth_json_add_string(request.json, "appId", options->app_id) ||
	    !genauth_json_add_string(request.json, "appSecret",
	    options->app_secret))
		checked = unknown(failure, GENAUTH_INTERNAL, "out of memory");
	else if (genauth_api_call(http, options, &request, &reply, failure))
		checked = judge_validity(reply.envelope.data, failure);
	else if (reply.http.status == NO_SUCH_PATH)
		checked = unknown(failure, GENAUTH_UNAVAILABLE,
		    "this GenAuth has no " APP_SECRET_PATH);
	else
		checked = judge_refusal(&reply.envelope, failure);
	genauth_api_reply_free(&reply);
	json_object_put(request.json);
	return checked;
}

/* What the token endpoint says to a code that is none (RFC 6749, 5.2). */
static enum genauth_checked
judge_method(struct json_object *root, long long status,
    struct genauth_failure *failure)
{
	const char *error;

	genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
	    "the reply of " TOKEN_PATH " does not tell (HTTP status %lld)",
	    status);
	if (!genauth_json_string(root, "error", &error))
		return GENAUTH_CHECKED_UNKNOWN;
	/* What can only be said of a client that is known. */
	if (status == 400 && (strcmp(error, "invalid_grant") == 0 ||
	    strcmp(error, "unauthorized_client") == 0))
		return GENAUTH_CHECKED_RIGHT;
	if ((status == 400 || status == 401) &&
	    strcmp(error, "invalid_client") == 0) {
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "GenAuth does not take the application's proof");
		return GENAUTH_CHECKED_WRONG;
	}
	return GENAUTH_CHECKED_UNKNOWN;
}

enum genauth_checked
genauth_check_app_method(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure)
{
	static const struct genauth_api_field form[] = {
		{ "grant_type", "authorization_code" },
		{ "code", "pam_genauth-check" },
		{ "redirect_uri", "https://localhost/" }, { NULL, NULL } };
	struct genauth_api_request request = { .path = TOKEN_PATH,
	    .form = form, .bare = true, .deadline = deadline };
	struct genauth_api_reply reply;
	enum genauth_checked checked = GENAUTH_CHECKED_UNKNOWN;

	if (genauth_api_call(http, options, &request, &reply, failure))
		checked = judge_method(reply.envelope.root, reply.http.status,
		    failure);
	genauth_api_reply_free(&reply);
	return checked;
}
