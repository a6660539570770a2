/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/mfa_exchange.h"

#include <string.h>

#include "common/form.h"
#include "genauth/api.h"
#include "genauth/json.h"
#include "genauth/reply.h"

enum outcome { GIVEN, UNKNOWN_GRANT, FAILED };

/*
 * RFC 6749, 5.1 and 5.2.  A token that nobody can take up is none, nor is one
 * beside an error.
 */
static enum outcome
judge(const struct genauth_api_reply *reply, struct genauth_failure *failure)
{
	const char *text;

	if (reply->http.status >= 200 && reply->http.status <= 299 &&
	    !genauth_json_string(reply->envelope.root, "error", &text) &&
	    genauth_json_string(reply->envelope.root, "access_token", &text) &&
	    *text != '\0' && genauth_answer_can_hold_token(text, strlen(text)))
		return GIVEN;
	genauth_failure_set(failure, GENAUTH_DENIED, "GenAuth gives no tokens "
	    "for the second factor (mfa_token_exchange); allow the grant in "
	    "the console");
	return genauth_json_string(reply->envelope.root, "error", &text) &&
	    strcmp(text, "unsupported_grant_type") == 0 ? UNKNOWN_GRANT :
	    FAILED;
}

static enum outcome
post(struct genauth_client *client, const char *grant_type, const char *token,
    const char *scope, struct genauth_api_reply *reply,
    struct genauth_failure *failure)
{
	const struct genauth_api_field form[] = {
		{ "grant_type", grant_type }, { "token", token },
		{ "scope", scope }, { NULL, NULL } };
	struct genauth_api_request request = { .path = GENAUTH_TOKEN_ENDPOINT,
	    .form = form, .bare = true };

	return genauth_client_call(client, &request, reply, failure) ?
	    judge(reply, failure) : FAILED;
}

void
genauth_mfa_exchange(struct genauth_client *client, const char *token,
    const char *account, struct genauth_answer *answer)
{
	struct genauth_api_reply reply;
	struct genauth_failure failure;
	enum outcome outcome;
	const char *scope;
	char needed[GENAUTH_FORM_SCOPES];

	if (token == NULL) {
		genauth_answer_refuse(answer, GENAUTH_DENIED, "GenAuth has "
		    "given no token that could be exchanged "
		    "(mfa_token_exchange)");
		return;
	}
	scope = genauth_form_scopes(client->options, account, needed);
	outcome = post(client, "http://genauth.ai/oidc/grant_type/"
	    "genauth_token", token, scope, &reply, &failure);
	if (outcome == UNKNOWN_GRANT) {
		genauth_api_reply_free(&reply);
		outcome = post(client, "http://authing.cn/oidc/grant_type/"
		    "authing_token", token, scope, &reply, &failure);
	}
	genauth_client_keep_token(client, reply.envelope.root);
	if (outcome == GIVEN)
		genauth_reply_accept(reply.envelope.root, client->options,
		    account, answer);
	else
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	genauth_api_reply_free(&reply);
}
