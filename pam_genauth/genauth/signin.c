/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/signin.h"

#include <json-c/json.h>
#include <string.h>

#include "common/clock.h"
#include "common/form.h"
#include "genauth/api.h"
#include "genauth/json.h"
#include "genauth/mfa.h"
#include "genauth/proof.h"
#include "genauth/reply.h"
#include "genauth/roles.h"
#include "genauth/second_factor.h"
#include "genauth/system.h"

/* apiCode: the server could not decrypt the password. */
#define CANNOT_DECRYPT 2016

/* Adds a new object under name and returns it; it belongs to its parent. */
static struct json_object *
add_object(struct json_object *object, const char *name)
{
	struct json_object *added = json_object_new_object();

	return genauth_json_add(object, name, added) ? added : NULL;
}

/* SignInByPasswordPayloadDto; SignInByLdapPayloadDto and …AdPayloadDto. */
static bool
add_payload(struct json_object *body, const struct genauth_options *options,
    const char *account, const char *password)
{
	const char *connection = genauth_options_word(options,
	    GENAUTH_OPTION_connection);
	const char *name = "sAMAccountName";
	struct json_object *payload;

	if (strcmp(connection, "LDAP") == 0) {
		payload = add_object(body, "ldapPayload");
	} else if (strcmp(connection, "AD") == 0) {
		payload = add_object(body, "adPayload");
	} else {
		payload = add_object(body, "passwordPayload");
		name = genauth_options_word(options,
		    GENAUTH_OPTION_account_type);
	}
	return genauth_json_add_string(body, "connection", connection) &&
	    genauth_json_add_string(payload, name, account) &&
	    genauth_json_add_string(payload, "password", password);
}

/* SignInOptionsDto. */
static bool
add_options(struct json_object *body, const struct genauth_options *options,
    const struct genauth_credentials *credentials)
{
	struct json_object *object = add_object(body, "options");
	const char *type = genauth_options_word(options,
	    GENAUTH_OPTION_password_encrypt_type);
	char scope[GENAUTH_FORM_SCOPES];

	return genauth_json_add_string(object, "scope", genauth_form_scopes(
	    options, credentials->account, scope)) &&
	    (credentials->client_ip == NULL || genauth_json_add_string(object,
	    "clientIp", credentials->client_ip)) &&
	    (strcmp(type, "none") == 0 ||
	    genauth_json_add_string(object, "passwordEncryptType", type));
}

/* apiCode: GenAuth demands a second factor of the user, of the application. */
static bool
demands_factor(const struct genauth_answer *answer)
{
	return answer->verdict == GENAUTH_STEP_NEEDED &&
	    (answer->api_code == 1635 || answer->api_code == 1636);
}

/* One sign-in and what it is made with. */
struct course {
	struct genauth_client *client;
	const struct genauth_credentials *credentials;
	struct genauth_answer *answer;
	struct genauth_mfa_demand demand;	/* of the last reply */
};

static void
take_reply(struct course *course, bool accepted,
    const struct genauth_api_reply *reply,
    const struct genauth_failure *failure)
{
	const struct genauth_options *options = course->client->options;
	struct genauth_answer *answer = course->answer;

	genauth_reply_note(reply, answer);
	genauth_reply_take(accepted, &reply->envelope, failure, options,
	    course->credentials->account, answer);
	genauth_mfa_free(&course->demand);
	if (demands_factor(answer) &&
	    !genauth_mfa_read(reply->envelope.data, &course->demand))
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "out of memory");
}

/*
 * POSTs once and judges the reply.  password: as it is to be sent.  Whether
 * the server may have seen it.
 */
static bool
post(struct course *course, const char *password)
{
	struct genauth_client *client = course->client;
	const struct genauth_credentials *credentials = course->credentials;
	struct genauth_api_request request = { .path = GENAUTH_SIGNIN_ENDPOINT,
	    .json = json_object_new_object() };
	struct genauth_api_reply reply = { 0 };
	struct genauth_failure failure;
	bool accepted = false, sent;

	if (!add_payload(request.json, client->options, credentials->account,
	    password) || !add_options(request.json, client->options,
	    credentials))
		genauth_failure_set(&failure, GENAUTH_INTERNAL,
		    "out of memory");
	else
		accepted = genauth_client_call(client, &request, &reply,
		    &failure);
	take_reply(course, accepted, &reply, &failure);
	genauth_client_keep_token(client, reply.envelope.data);
	sent = reply.http.progress != GENAUTH_HTTP_UNSENT;
	genauth_api_reply_free(&reply);
	json_object_put(request.json);
	return sent;
}

void
genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key)
{
	struct genauth_api_request request = { .path = GENAUTH_SYSTEM_PATH,
	    .bare = true, .deadline = genauth_clock_ms() +
	    options->connect_timeout_ms };
	struct genauth_api_reply reply;
	struct genauth_failure failure;

	if (genauth_password_key_is_used(options) && !key->pinned) {
		genauth_password_key_fetch(key, http, options,
		    request.deadline, &failure);
		return;
	}
	/*
	 * libcurl keeps a connection only behind a request.  This one is
	 * public, small and answered without a login.
	 */
	genauth_api_call(http, options, &request, &reply, &failure);
	genauth_api_reply_free(&reply);
}

/* Encrypts and POSTs.  As post. */
static bool
seal_and_post(struct course *course, struct genauth_password_key *key)
{
	const struct genauth_client *client = course->client;
	struct genauth_failure failure;
	struct genauth_secret sealed;
	bool sent = false;

	if (genauth_password_key_seal(key, client->http, client->options,
	    course->credentials->password, client->deadline, &sealed,
	    &failure))
		sent = post(course, sealed.data);
	else
		genauth_answer_refuse(course->answer, failure.verdict,
		    failure.text);
	genauth_secret_free(&sealed);
	return sent;
}

static void
post_sealed(struct course *course, struct genauth_password_key *key)
{
	const struct genauth_client *client = course->client;
	struct genauth_answer *answer = course->answer;
	bool sent = seal_and_post(course, key);

	/* It may say so, or take what it cannot decrypt for a wrong password. */
	if ((answer->api_code == CANNOT_DECRYPT ||
	    answer->verdict == GENAUTH_DENIED) && sent &&
	    genauth_password_key_renew(key, client->http, client->options,
	    client->deadline)) {
		genauth_answer_free(answer);
		sent = seal_and_post(course, key);
	}
	genauth_password_key_settle(key, answer->api_code == CANNOT_DECRYPT,
	    sent);
}

/*
 * Whether it is the person of that sub, before a factor is demanded of anybody.
 * What the answer could not hold is no sub of GenAuth's.
 */
static void
demand_sub(const char *sub, struct genauth_answer *answer)
{
	if (answer->verdict == GENAUTH_OK && sub != NULL &&
	    strcmp(answer->sub, sub) != 0)
		genauth_answer_refuse(answer, GENAUTH_DENIED,
		    answer->sub[0] != '\0' ?
		    "the id_token has another sub than account_map" :
		    "account_map has a sub, and the reply has none to compare");
}

/* As mfa = ask says. */
static void
answer_demand(struct course *course)
{
	const struct genauth_credentials *credentials = course->credentials;
	struct genauth_client *client = course->client;

	if (credentials->sub != NULL && !client->options->mfa_token_exchange)
		genauth_answer_refuse(course->answer, GENAUTH_STEP_NEEDED,
		    "account_map has a sub: after a second factor there is no "
		    "id_token without mfa_token_exchange");
	else
		genauth_mfa_answer(client, &course->demand,
		    credentials->account, course->answer);
	demand_sub(credentials->sub, course->answer);
}

/* What there is beyond the password: whose it is, the factor, the roles. */
static void
demand_more(struct course *course)
{
	struct genauth_client *client = course->client;
	struct genauth_answer *answer = course->answer;

	demand_sub(course->credentials->sub, answer);
	if (answer->verdict == GENAUTH_OK)
		genauth_second_factor_demand(client,
		    course->credentials->grace, answer);
	else if (client->options->mfa == GENAUTH_MFA_ASK &&
	    demands_factor(answer))
		answer_demand(course);
	if (answer->verdict == GENAUTH_OK)
		genauth_roles_demand(client, answer);
}

void
genauth_signin(struct genauth_client *client,
    const struct genauth_credentials *credentials,
    struct genauth_password_key *key, struct genauth_answer *answer)
{
	struct course course = { .client = client,
	    .credentials = credentials, .answer = answer };
	struct genauth_failure failure;

	*answer = (struct genauth_answer){ 0 };
	if (!genauth_proof_is_possible(client->options, credentials->account,
	    &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
		return;
	}
	if (genauth_password_key_is_used(client->options))
		post_sealed(&course, key);
	else
		post(&course, credentials->password);
	demand_more(&course);
	genauth_mfa_free(&course.demand);
}
