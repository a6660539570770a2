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

static enum genauth_checked
judge_codes(const struct genauth_api_envelope *envelope,
    struct genauth_failure *failure)
{
	struct genauth_failure refusal;

	if (genauth_api_accepts(envelope, &refusal))
		return GENAUTH_CHECKED_RIGHT;
	genauth_failure_set(failure, refusal.verdict, "%s (statusCode %lld, "
	    "apiCode %lld)", refusal.text, envelope->status_code,
	    envelope->api_code);
	return refusal.verdict == GENAUTH_CONFIG &&
	    envelope->status_code != NO_SUCH_PATH ? GENAUTH_CHECKED_WRONG :
	    GENAUTH_CHECKED_UNKNOWN;
}

static enum genauth_checked
judge_secret(const struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	struct genauth_api_envelope envelope;
	enum genauth_checked checked;
	struct json_object *valid;

	if (response->status == NO_SUCH_PATH)
		return unknown(failure, GENAUTH_UNAVAILABLE,
		    "this GenAuth has no " APP_SECRET_PATH);
	if (!genauth_api_parse(response->body.data, response->body.length,
	    &envelope, failure))
		return GENAUTH_CHECKED_UNKNOWN;
	checked = judge_codes(&envelope, failure);
	if (checked == GENAUTH_CHECKED_RIGHT) {
		if (!json_object_object_get_ex(envelope.data, "valid",
		    &valid) || !json_object_is_type(valid, json_type_boolean))
			checked = unknown(failure, GENAUTH_UNAVAILABLE,
			    "the reply does not say whether they are valid");
		else if (!json_object_get_boolean(valid))
			checked = GENAUTH_CHECKED_WRONG;
		if (checked == GENAUTH_CHECKED_WRONG)
			genauth_failure_set(failure, GENAUTH_CONFIG,
			    "GenAuth does not accept app_id and app_secret");
	}
	genauth_api_envelope_free(&envelope);
	return checked;
}

enum genauth_checked
genauth_check_app_secret(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure)
{
	struct json_object *body = json_object_new_object();
	struct genauth_http_response response = { 0 };
	enum genauth_checked checked = GENAUTH_CHECKED_UNKNOWN;

	if (!genauth_json_add_string(body, "appId", options->app_id) || !genauth_json_add_string(body,
	    "appSecret", options->app_secret))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	else if (genauth_api_post(http, options, APP_SECRET_PATH, body,
	    deadline, &response, failure))
		checked = judge_secret(&response, failure);
	genauth_http_response_free(&response);
	json_object_put(body);
	return checked;
}

static enum genauth_checked
judge_method(const struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	enum genauth_checked checked = GENAUTH_CHECKED_UNKNOWN;
	struct json_object *root = genauth_json_parse(response->body.data,
	    response->body.length);
	const char *error;

	genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
	    "the reply of " TOKEN_PATH " does not tell (HTTP status %lld)",
	    response->status);
	if (genauth_json_string(root, "error", &error)) {
		/* What can only be said of a client that is known. */
		if (response->status == 400 &&
		    (strcmp(error, "invalid_grant") == 0 ||
		    strcmp(error, "unauthorized_client") == 0))
			checked = GENAUTH_CHECKED_RIGHT;
		if ((response->status == 400 || response->status == 401) &&
		    strcmp(error, "invalid_client") == 0) {
			checked = GENAUTH_CHECKED_WRONG;
			genauth_failure_set(failure, GENAUTH_CONFIG,
			    "GenAuth does not take the application's proof");
		}
	}
	json_object_put(root);
	return checked;
}

enum genauth_checked
genauth_check_app_method(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure)
{
	struct genauth_http_response response;
	enum genauth_checked checked = GENAUTH_CHECKED_UNKNOWN;

	if (genauth_api_post_form(http, options, TOKEN_PATH,
	    "grant_type=authorization_code&code=pam_genauth-check"
	    "&redirect_uri=https%3A%2F%2Flocalhost%2F", deadline, &response,
	    failure))
		checked = judge_method(&response, failure);
	genauth_http_response_free(&response);
	return checked;
}
