/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/second_factor.h"

#include <json-c/json.h>
#include <string.h>

#include "genauth/api.h"
#include "genauth/code.h"
#include "genauth/json.h"

/* What verify needs. */
struct check {
	struct genauth_client *client;
	const char *access_token;
};

/* The other factorTypes of FactorDto, which are no one-time passwords. */
static bool
is_other(const char *type)
{
	return strcmp(type, "SMS") == 0 || strcmp(type, "EMAIL") == 0 ||
	    strcmp(type, "FACE") == 0;
}

/*
 * ListEnrolledFactorsRespDto.data: a list of FactorDto.  Without OTP, a type
 * that we do not know might be the same by another name.
 */
static bool
has_otp(const struct genauth_api_envelope *envelope, bool *enrolled,
    struct genauth_failure *failure)
{
	struct json_object *list;
	bool known = true;
	const char *type;

	if (!genauth_json_list(envelope->root, "data", &list))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the list of enrolled factors is no list");
	*enrolled = false;
	for (size_t i = 0; i < genauth_json_list_length(list); i++) {
		if (!genauth_json_string(genauth_json_list_item(list, i),
		    "factorType", &type))
			return genauth_failure_set(failure,
			    GENAUTH_UNAVAILABLE,
			    "an enrolled factor has no factorType");
		*enrolled = *enrolled || strcmp(type, "OTP") == 0;
		known = known && is_other(type);
	}
	return *enrolled || known || genauth_failure_set(failure,
	    GENAUTH_UNAVAILABLE, "an enrolled factor has a factorType that is "
	    "not in GenAuth's documents");
}

static bool
is_enrolled(const struct check *check, bool *enrolled,
    struct genauth_failure *failure)
{
	struct genauth_api_request request = {
	    .path = GENAUTH_FACTORS_ENDPOINT,
	    .bearer = check->access_token };
	struct genauth_api_reply reply;
	bool done = genauth_client_call(check->client, &request, &reply,
	    failure) && has_otp(&reply.envelope, enrolled, failure);

	genauth_api_reply_free(&reply);
	return done;
}

/* OtpVerityRespDto.verified: a boolean, and only true lets in. */
static enum genauth_code_finding
judge(bool accepted, const struct genauth_api_reply *reply,
    struct genauth_failure *failure)
{
	bool verified;

	if (!accepted)
		return genauth_api_says_wrong_code(reply) ?
		    GENAUTH_CODE_WRONG : GENAUTH_CODE_UNKNOWN;
	if (!genauth_json_boolean(reply->envelope.data, "verified",
	    &verified)) {
		genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "GenAuth has not said whether the code is right");
		return GENAUTH_CODE_UNKNOWN;
	}
	return verified ? GENAUTH_CODE_RIGHT : GENAUTH_CODE_WRONG;
}

/* MfaOtpVerityDto. */
static enum genauth_code_finding
verify(void *data, const char *code, struct genauth_failure *failure)
{
	const struct check *check = data;
	struct genauth_api_request request = { .path = GENAUTH_TOTP_ENDPOINT,
	    .json = json_object_new_object(),
	    .bearer = check->access_token };
	struct genauth_api_reply reply = { 0 };
	enum genauth_code_finding finding = GENAUTH_CODE_UNKNOWN;
	bool accepted;

	if (!genauth_json_add_string(request.json, "totp", code)) {
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	} else {
		accepted = genauth_client_call(check->client, &request,
		    &reply, failure);
		finding = judge(accepted, &reply, failure);
	}
	genauth_api_reply_free(&reply);
	json_object_put(request.json);
	return finding;
}

/* false: refused, and failure says why. */
static bool
demand(struct genauth_client *client, struct genauth_answer *answer,
    struct genauth_failure *failure)
{
	struct check check = { client, answer->access_token.data };
	const struct genauth_code code = { .prompt = GENAUTH_PROMPT_OTP,
	    .again = GENAUTH_PROMPT_OTP_AGAIN, .verify = verify,
	    .data = &check };
	bool enrolled = false;

	if (check.access_token == NULL)
		return genauth_failure_set(failure, GENAUTH_DENIED, "the "
		    "reply has no access_token, which second_factor needs");
	if (!is_enrolled(&check, &enrolled, failure))
		return false;
	if (!enrolled)
		return client->options->second_factor ==
		    GENAUTH_SECOND_FACTOR_IF_ENROLLED ||
		    genauth_failure_set(failure, GENAUTH_STEP_NEEDED,
		    "second_factor is required, and the user has no one-time "
		    "password (OTP) at GenAuth");
	answer->factor = GENAUTH_FACTOR_OTP;
	return genauth_code_ask(client, &code, failure);
}

void
genauth_second_factor_demand(struct genauth_client *client,
    const char *grace, struct genauth_answer *answer)
{
	struct genauth_failure failure;

	if (client->options->second_factor == GENAUTH_SECOND_FACTOR_NONE)
		return;
	if (grace != NULL && strcmp(grace, answer->sub) == 0)
		answer->factor = GENAUTH_FACTOR_GRACE;
	else if (!demand(client, answer, &failure))
		genauth_answer_refuse(answer, failure.verdict, failure.text);
}
