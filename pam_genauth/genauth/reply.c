/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/reply.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "genauth/api.h"
#include "genauth/apicodes.h"
#include "genauth/identity.h"
#include "genauth/json.h"

static bool
take_token(struct json_object *data, const char *name, bool wanted,
    struct genauth_secret *token, bool *any, struct genauth_failure *failure)
{
	const char *value;

	switch (genauth_json_string(data, name, &value)) {
	case GENAUTH_JSON_ABSENT:
		return true;
	case GENAUTH_JSON_WRONG:
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply's %s is no string", name);
	case GENAUTH_JSON_FOUND:
		break;
	}
	if (*value == '\0' ||
	    !genauth_answer_can_hold_token(value, strlen(value)))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply's %s is empty, too long or no token", name);
	*any = true;
	return !wanted || genauth_secret_set(token, value, strlen(value)) ||
	    genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
}

/* "expire_in" by the document, "expires_in" by one of the vendor's clients. */
static bool
has_lifetime(struct json_object *data)
{
	long long seconds;
	enum genauth_json found = genauth_json_integer(data, "expire_in",
	    &seconds);

	if (found == GENAUTH_JSON_ABSENT)
		found = genauth_json_integer(data, "expires_in", &seconds);
	return found == GENAUTH_JSON_FOUND && seconds > 0;
}

/* Directories have names of their own for people, so only for PASSWORD. */
static bool
is_own(struct json_object *data, const struct genauth_options *options,
    const char *account, struct genauth_failure *failure)
{
	const char *id_token;

	return !genauth_options_has(options, GENAUTH_OPTION_connection,
	    "PASSWORD") ||
	    genauth_json_string(data, "id_token", &id_token) !=
	    GENAUTH_JSON_FOUND ||
	    genauth_identity_check(id_token, account, genauth_options_text(
	    options, GENAUTH_OPTION_account_type), failure);
}

/*
 * Whether a reply with statusCode 200 is all that the document says a success
 * is.  A reply that is odd in one place is not trusted in the others.
 */
static bool
accept_reply(const struct genauth_api_envelope *envelope,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer, struct genauth_failure *failure)
{
	enum genauth_option export = GENAUTH_OPTION_export_tokens;
	struct json_object *data = envelope->data;
	const char *type, *scope;
	bool any = false;

	if (data == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "statusCode is 200 but the reply has no data");
	if (envelope->message == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "statusCode is 200 but the reply has no message");
	if (!take_token(data, "id_token", genauth_options_has(options, export,
	    "id_token"), &answer->id_token, &any, failure) ||
	    !take_token(data, "access_token", genauth_options_has(options,
	    export, "access_token"), &answer->access_token, &any, failure))
		return false;
	if (!any)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "statusCode is 200 but the reply has no token");
	if (genauth_json_string(data, "token_type", &type) !=
	    GENAUTH_JSON_FOUND || strcasecmp(type, "bearer") != 0 ||
	    genauth_json_string(data, "scope", &scope) == GENAUTH_JSON_WRONG ||
	    !has_lifetime(data))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "statusCode is 200 but token_type, scope or expire_in is "
		    "not as documented");
	return is_own(data, options, account, failure);
}

/* requestId is foreign text that ends up in the log. */
static void
copy_request_id(struct genauth_answer *answer, const char *request_id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t length = request_id == NULL ? 0 : strspn(request_id, allowed);

	if (request_id != NULL && request_id[length] == '\0' &&
	    length < sizeof(answer->request_id))
		memcpy(answer->request_id, request_id, length + 1);
}

void
genauth_reply_judge(const char *text, size_t length,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer)
{
	struct genauth_api_envelope envelope;
	struct genauth_failure failure;
	struct genauth_apicode row;

	if (!genauth_api_parse(text, length, &envelope, &failure)) {
		/* A gateway in front of GenAuth throttles without JSON. */
		if (answer->http_status == 429)
			failure.verdict = GENAUTH_THROTTLED;
		genauth_answer_refuse(answer, failure.verdict, failure.text);
		return;
	}
	answer->status_code = envelope.status_code;
	answer->api_code = envelope.api_code;
	copy_request_id(answer, envelope.request_id);

	if (envelope.status_code != 200 || envelope.has_api_code) {
		row = genauth_apicodes_explain(envelope.has_api_code,
		    envelope.api_code, envelope.status_code);
		genauth_failure_set(&failure, row.verdict, "%s%s%s",
		    row.meaning, row.advice != NULL ? "; " : "",
		    row.advice != NULL ? row.advice : "");
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	} else if (answer->http_status < 200 || answer->http_status > 299) {
		genauth_failure_set(&failure, GENAUTH_UNAVAILABLE,
		    "statusCode is 200 but the HTTP status is %lld",
		    answer->http_status);
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	} else if (!accept_reply(&envelope, options, account, answer,
	    &failure)) {
		genauth_secret_free(&answer->id_token);
		genauth_secret_free(&answer->access_token);
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	} else {
		answer->verdict = GENAUTH_OK;
		snprintf(answer->reason, sizeof(answer->reason), "accepted");
	}
	genauth_api_envelope_free(&envelope);
}
