/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/check_app.h"

#include <json-c/json.h>

#include "genauth/api.h"
#include "genauth/apicodes.h"
#include "genauth/json.h"
#include "genauth/signin.h"

static bool
judge(const struct genauth_http_response *response,
    struct genauth_failure *failure)
{
	struct genauth_api_envelope envelope;
	struct genauth_apicode row;
	struct json_object *valid = NULL;
	bool done = false;

	if (!genauth_api_parse(response->body.data, response->body.length,
	    &envelope, failure))
		return false;
	if (envelope.status_code != 200 || envelope.has_api_code) {
		row = genauth_apicodes_explain(envelope.has_api_code,
		    envelope.api_code, envelope.status_code);
		genauth_failure_set(failure, row.verdict, "%s (statusCode "
		    "%lld, apiCode %lld)", row.meaning, envelope.status_code,
		    envelope.api_code);
	} else if (envelope.data == NULL || !json_object_object_get_ex(
	    envelope.data, "valid", &valid) || !json_object_is_type(valid,
	    json_type_boolean)) {
		genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply does not say whether they are valid");
	} else if (!json_object_get_boolean(valid)) {
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "GenAuth does not accept app_id and app_secret");
	} else {
		done = true;
	}
	genauth_api_envelope_free(&envelope);
	return done;
}

bool
genauth_check_app(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_failure *failure)
{
	struct json_object *body = json_object_new_object();
	struct genauth_http_response response = { 0 };
	bool done = false;

	if (!genauth_json_add_string(body, "appId", genauth_options_text(
	    options, GENAUTH_OPTION_app_id)) || !genauth_json_add_string(body,
	    "appSecret", genauth_options_text(options,
	    GENAUTH_OPTION_app_secret)))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	else
		done = genauth_api_post(http, options,
		    "/api/v3/check-app-id-secret", body, deadline, &response,
		    failure) && judge(&response, failure);
	genauth_http_response_free(&response);
	json_object_put(body);
	return done;
}
