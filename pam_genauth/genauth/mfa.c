/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/mfa.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/list.h"
#include "genauth/api.h"
#include "genauth/code.h"
#include "genauth/json.h"
#include "genauth/identity.h"
#include "genauth/mfa_exchange.h"
#include "genauth/reply.h"
#include "genauth/token.h"

/* ---- what GenAuth demands -------------------------------------------------- */

/* GenAuth's names: applicationMfa.mfaPolicy, and mfa_policy_order. */
static const char *const policies[GENAUTH_FACTOR_COUNT] = {
	[GENAUTH_FACTOR_OTP] = "OTP",
	[GENAUTH_FACTOR_EMAIL] = "EMAIL",
	[GENAUTH_FACTOR_SMS] = "SMS",
};

/* false: of no use, because it is not there or too long. */
static bool
copy(struct json_object *data, const char *name, char *out, size_t size)
{
	const char *value;

	if (!genauth_json_string(data, name, &value) || strlen(value) >= size)
		value = "";
	snprintf(out, size, "%s", value);
	return *out != '\0';
}

/* One of applicationMfa; status is a number where it is there, 0: off. */
static void
allow(struct json_object *item, bool allowed[GENAUTH_FACTOR_COUNT])
{
	const char *policy;
	long long status;

	if (!genauth_json_string(item, "mfaPolicy", &policy) ||
	    (genauth_json_integer(item, "status", &status) && status == 0))
		return;
	for (int i = GENAUTH_FACTOR_OTP; i < GENAUTH_FACTOR_COUNT; i++)
		if (strcmp(policy, policies[i]) == 0)
			allowed[i] = true;
}

/* What the application allows; all, where it says nothing. */
static void
read_allowed(struct json_object *data, bool allowed[GENAUTH_FACTOR_COUNT])
{
	struct json_object *list;
	bool says = genauth_json_list(data, "applicationMfa", &list) &&
	    genauth_json_list_length(list) > 0;

	for (int i = 0; i < GENAUTH_FACTOR_COUNT; i++)
		allowed[i] = !says;
	for (size_t i = 0; says && i < genauth_json_list_length(list); i++)
		allow(genauth_json_list_item(list, i), allowed);
}

bool
genauth_mfa_read(struct json_object *data, struct genauth_mfa_demand *demand)
{
	bool *can = demand->can, allowed[GENAUTH_FACTOR_COUNT];

	*demand = (struct genauth_mfa_demand){ 0 };
	read_allowed(data, allowed);
	genauth_json_boolean(data, "totpMfaEnabled", &can[GENAUTH_FACTOR_OTP]);
	can[GENAUTH_FACTOR_EMAIL] = copy(data, "mfaEmail", demand->email,
	    sizeof(demand->email));
	can[GENAUTH_FACTOR_SMS] = copy(data, "mfaPhone", demand->phone,
	    sizeof(demand->phone));
	copy(data, "mfaPhoneCountryCode", demand->country,
	    sizeof(demand->country));
	for (int i = 0; i < GENAUTH_FACTOR_COUNT; i++)
		can[i] = can[i] && allowed[i];
	return genauth_token_take(data, "mfaToken", &demand->token);
}

void
genauth_mfa_free(struct genauth_mfa_demand *demand)
{
	genauth_secret_free(&demand->token);
	*demand = (struct genauth_mfa_demand){ 0 };
}

/* The first of the options that the user has; NONE: there is none. */
static enum genauth_factor
choose(const struct genauth_mfa_demand *demand, const char *order)
{
	size_t length;

	for (; *(order = genauth_list_next(order, " ", &length)) != '\0';
	    order += length)
		for (int i = GENAUTH_FACTOR_OTP; i < GENAUTH_FACTOR_COUNT; i++)
			if (demand->can[i] && strlen(policies[i]) == length &&
			    strncmp(order, policies[i], length) == 0)
				return (enum genauth_factor)i;
	return GENAUTH_FACTOR_NONE;
}

/* ---- the calls ------------------------------------------------------------- */

/* What is being done, of which the callback of code.h knows. */
struct course {
	struct genauth_client *client;
	const struct genauth_mfa_demand *demand;
	enum genauth_factor factor;
	const char *account;
	struct genauth_secret token;	/* the V2 token of who was accepted */
};

/* Adds where the code goes, by the names of the call. */
static bool
add_place(const struct course *course, struct json_object *body,
    const char *phone_name)
{
	const struct genauth_mfa_demand *demand = course->demand;

	switch (course->factor) {
	case GENAUTH_FACTOR_EMAIL:
		return genauth_json_add_string(body, "email", demand->email);
	case GENAUTH_FACTOR_SMS:
		return genauth_json_add_string(body, phone_name,
		    demand->phone) && (demand->country[0] == '\0' ||
		    genauth_json_add_string(body, "phoneCountryCode",
		    demand->country));
	default:
		return true;
	}
}

/* body is taken over; complete: nothing is missing for lack of memory. */
static bool
call(const struct course *course, const char *path,
    enum genauth_api_version version, struct json_object *body, bool complete,
    struct genauth_api_reply *reply, struct genauth_failure *failure)
{
	struct genauth_api_request request = { .path = path, .json = body,
	    .version = version, .bearer = course->demand->token.data };
	bool accepted = false;

	*reply = (struct genauth_api_reply){ 0 };
	if (complete)
		accepted = genauth_client_call(course->client, &request,
		    reply, failure);
	else
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	json_object_put(body);
	return accepted;
}

/* Its only word for it: authing-mfa-component, send-sms.ts. */
#define TOO_EARLY_FOR_SMS 422

/*
 * Within a minute GenAuth sends no second code.  For e-mail it has an apiCode
 * that says so.
 */
static void
explain_unsent(const struct course *course,
    const struct genauth_api_envelope *envelope,
    struct genauth_failure *failure)
{
	if (course->factor == GENAUTH_FACTOR_SMS && !envelope->has_api_code &&
	    envelope->status_code == TOO_EARLY_FOR_SMS)
		genauth_failure_set(failure, GENAUTH_THROTTLED,
		    "a code was sent within the last minute; wait");
}

/* SendEmailDto, SendSMSDto. */
static bool
send_code(const struct course *course, struct genauth_failure *failure)
{
	struct json_object *body = json_object_new_object();
	bool complete = add_place(course, body, "phoneNumber") &&
	    genauth_json_add_string(body, "channel", "CHANNEL_VERIFY_MFA");
	struct genauth_api_reply reply;
	bool sent = call(course, course->factor == GENAUTH_FACTOR_EMAIL ?
	    GENAUTH_SEND_EMAIL_ENDPOINT : GENAUTH_SEND_SMS_ENDPOINT,
	    GENAUTH_API_V3, body, complete, &reply, failure);

	if (!sent)
		explain_unsent(course, &reply.envelope, failure);
	genauth_api_reply_free(&reply);
	return sent;
}

/* The user of the reply (V2 User) must be the one who was asked for. */
static enum genauth_code_finding
take_user(struct course *course, struct json_object *user,
    struct genauth_failure *failure)
{
	const char *id, *token;

	if (!genauth_json_string(user, "id", &id) || *id == '\0')
		genauth_failure_set(failure, GENAUTH_DENIED,
		    "GenAuth has not said whose second factor that was");
	else if (!genauth_identity_is_user(user, course->account,
	    course->client->options->account_type))
		genauth_failure_set(failure, GENAUTH_DENIED,
		    "the second factor is not known to be that of the account");
	else if (genauth_json_string(user, "token", &token) &&
	    !genauth_secret_set(&course->token, token, strlen(token)))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	else
		return GENAUTH_CODE_RIGHT;
	return GENAUTH_CODE_UNKNOWN;
}

static enum genauth_code_finding
verify(void *data, const char *code, struct genauth_failure *failure)
{
	static const char *const paths[GENAUTH_FACTOR_COUNT] = {
		[GENAUTH_FACTOR_OTP] = GENAUTH_MFA_OTP_ENDPOINT,
		[GENAUTH_FACTOR_EMAIL] = GENAUTH_MFA_EMAIL_ENDPOINT,
		[GENAUTH_FACTOR_SMS] = GENAUTH_MFA_SMS_ENDPOINT,
	};
	struct course *course = data;
	struct json_object *body = json_object_new_object();
	bool complete = add_place(course, body, "phone") &&
	    genauth_json_add_string(body, course->factor ==
	    GENAUTH_FACTOR_OTP ? "totp" : "code", code);
	enum genauth_code_finding finding = GENAUTH_CODE_UNKNOWN;
	struct genauth_api_reply reply;

	if (call(course, paths[course->factor], GENAUTH_API_V2, body, complete,
	    &reply, failure))
		finding = take_user(course, reply.envelope.data, failure);
	else if (genauth_api_says_wrong_code(&reply))
		finding = GENAUTH_CODE_WRONG;
	genauth_api_reply_free(&reply);
	return finding;
}

/* ---- the person ------------------------------------------------------------ */

static bool
ask(struct course *course, struct genauth_failure *failure)
{
	static const enum genauth_prompt prompts[GENAUTH_FACTOR_COUNT][2] = {
		[GENAUTH_FACTOR_OTP] = { GENAUTH_PROMPT_OTP,
		    GENAUTH_PROMPT_OTP_AGAIN },
		[GENAUTH_FACTOR_EMAIL] = { GENAUTH_PROMPT_EMAIL,
		    GENAUTH_PROMPT_EMAIL_AGAIN },
		[GENAUTH_FACTOR_SMS] = { GENAUTH_PROMPT_SMS,
		    GENAUTH_PROMPT_SMS_AGAIN },
	};
	const char *const places[GENAUTH_FACTOR_COUNT] = {
		[GENAUTH_FACTOR_EMAIL] = course->demand->email,
		[GENAUTH_FACTOR_SMS] = course->demand->phone,
	};
	const struct genauth_code code = { .prompt =
	    prompts[course->factor][0], .again = prompts[course->factor][1],
	    .detail = places[course->factor], .verify = verify,
	    .data = course };

	return (course->factor == GENAUTH_FACTOR_OTP ||
	    send_code(course, failure)) &&
	    genauth_code_ask(course->client, &code, failure);
}

void
genauth_mfa_answer(struct genauth_client *client,
    const struct genauth_mfa_demand *demand, const char *account,
    struct genauth_answer *answer)
{
	struct course course = { .client = client, .demand = demand,
	    .account = account, .factor = choose(demand,
	    client->options->mfa_policy_order) };
	struct genauth_failure failure;

	if (client->options->identity == GENAUTH_IDENTITY_REQUIRED &&
	    !client->options->mfa_token_exchange) {
		genauth_answer_refuse(answer, GENAUTH_STEP_NEEDED, "identity = "
		    "required: after a second factor there is no id_token "
		    "without mfa_token_exchange");
		return;
	}
	if (demand->token.data == NULL) {
		genauth_answer_refuse(answer, GENAUTH_STEP_NEEDED, "GenAuth "
		    "demands a second factor and has given no mfaToken for it");
		return;
	}
	if (course.factor == GENAUTH_FACTOR_NONE) {
		genauth_answer_refuse(answer, GENAUTH_STEP_NEEDED, "GenAuth "
		    "demands a second factor, and the user has none that can "
		    "be asked for here (mfa_policy_order)");
		return;
	}
	answer->factor = course.factor;
	if (!ask(&course, &failure))
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	else if (client->options->mfa_token_exchange)
		genauth_mfa_exchange(client, course.token.data, account,
		    answer);
	else
		genauth_reply_accept(NULL, client->options, account, answer);
	genauth_secret_free(&course.token);
}
