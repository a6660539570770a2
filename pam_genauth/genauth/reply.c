/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/reply.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "genauth/identity.h"
#include "genauth/json.h"
#include "genauth/proof.h"
#include "genauth/token.h"

/* It is foreign text, and half of it would be another one. */
static void
copy_sub(struct genauth_answer *answer, struct json_object *claims)
{
	const char *sub;

	if (genauth_json_string(claims, "sub", &sub) &&
	    genauth_answer_can_hold_sub(sub))
		memcpy(answer->sub, sub, strlen(sub) + 1);
}

/*
 * As identity = if_present.  Directories have names of their own for people,
 * so only for PASSWORD.  A token that is no JWT says nothing (the documents
 * print "eyJhbGxxxx").  In a JWT that we do not read, such as one with two
 * claims of one name, people could hide a claim behind one that they choose
 * themselves.
 */
static bool
is_no_other(enum genauth_token found, struct json_object *claims,
    const struct genauth_options *options, const char *account,
    struct genauth_failure *failure)
{
	if (options->connection != GENAUTH_CONNECTION_PASSWORD ||
	    found == GENAUTH_TOKEN_OPAQUE)
		return true;
	if (found == GENAUTH_TOKEN_UNREADABLE)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the id_token's claims cannot be read");
	return genauth_identity_check(claims, account, options->account_type,
	    failure);
}

/* Whether the id_token is that of the account, as far as identity asks. */
static bool
is_own(struct json_object *data, const struct genauth_options *options,
    const char *account, struct genauth_answer *answer,
    struct genauth_failure *failure)
{
	enum genauth_token found = GENAUTH_TOKEN_OPAQUE;
	struct json_object *claims = NULL;
	const char *id_token;
	bool own;

	if (genauth_json_string(data, "id_token", &id_token))
		found = genauth_token_claims(id_token, &claims);
	copy_sub(answer, claims);
	if (options->identity == GENAUTH_IDENTITY_REQUIRED)
		own = genauth_proof_check(claims, options, account, failure);
	else
		own = is_no_other(found, claims, options, account, failure);
	json_object_put(claims);
	return own;
}

/* requestId is foreign text that ends up in the log. */
static void
copy_request_id(struct genauth_answer *answer, const char *request_id)
{
	if (request_id != NULL &&
	    genauth_answer_can_hold_request_id(request_id))
		memcpy(answer->request_id, request_id, strlen(request_id) + 1);
}

static void
note_codes(const struct genauth_api_envelope *envelope,
    struct genauth_answer *answer)
{
	answer->status_code = envelope->status_code;
	answer->api_code = envelope->api_code;
	copy_request_id(answer, envelope->request_id);
}

void
genauth_reply_note(const struct genauth_api_reply *reply,
    struct genauth_answer *answer)
{
	answer->http_status = reply->http.status;
	answer->dns_ms = reply->http.dns_ms;
	answer->connect_ms = reply->http.connect_ms;
	answer->tls_ms = reply->http.tls_ms;
	answer->wait_ms = reply->http.wait_ms;
	note_codes(&reply->envelope, answer);
}

void
genauth_reply_accept(struct json_object *data,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer)
{
	struct genauth_failure failure;

	if (!is_own(data, options, account, answer, &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	} else if (!genauth_token_take(data, "id_token", &answer->id_token) ||
	    !genauth_token_take(data, "access_token", &answer->access_token)) {
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "out of memory");
	} else {
		answer->verdict = GENAUTH_OK;
		answer->proven = options->identity ==
		    GENAUTH_IDENTITY_REQUIRED;
		snprintf(answer->reason, sizeof(answer->reason), "accepted");
	}
}

void
genauth_reply_take(bool accepted, const struct genauth_api_envelope *envelope,
    const struct genauth_failure *failure,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer)
{
	note_codes(envelope, answer);
	if (accepted)
		genauth_reply_accept(envelope->data, options, account, answer);
	else
		genauth_answer_refuse(answer, failure->verdict, failure->text);
}

void
genauth_reply_judge(const char *text, size_t length,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer)
{
	struct genauth_api_envelope envelope;
	struct genauth_failure failure;
	bool accepted = genauth_api_judge(text, length, answer->http_status,
	    GENAUTH_API_V3, &envelope, &failure);

	genauth_reply_take(accepted, &envelope, &failure, options, account,
	    answer);
	genauth_api_envelope_free(&envelope);
}
