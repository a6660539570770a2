/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/update_password.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "genauth/apicodes.h"
#include "genauth/json.h"
#include "genauth/reply.h"

/* As they are sent; the caller frees both. */
struct sealed {
	struct genauth_secret old, new;
};

/* passwordEncryptType covers both: one key for the two. */
static bool
seal(struct genauth_client *client, struct genauth_password_key *key,
    const struct genauth_new_password *passwords, struct sealed *sealed,
    struct genauth_failure *failure)
{
	if (!genauth_password_key_is_used(client->options))
		return (genauth_secret_set(&sealed->old, passwords->old,
		    strlen(passwords->old)) && genauth_secret_set(&sealed->new,
		    passwords->new, strlen(passwords->new))) ||
		    genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	return genauth_password_key_seal(key, client->http, client->options,
	    passwords->old, client->deadline, &sealed->old, failure) &&
	    genauth_password_key_seal(key, client->http, client->options,
	    passwords->new, client->deadline, &sealed->new, failure);
}

/* UpdatePasswordDto. */
static bool
fill_body(struct json_object *body, const struct genauth_options *options,
    const struct sealed *sealed)
{
	return genauth_json_add_string(body, "newPassword",
	    sealed->new.data) && genauth_json_add_string(body, "oldPassword",
	    sealed->old.data) && (!genauth_password_key_is_used(options) ||
	    genauth_json_add_string(body, "passwordEncryptType",
	    genauth_options_word(options,
	    GENAUTH_OPTION_password_encrypt_type)));
}

/*
 * What is certain: a statusCode from 400 to 499 says that GenAuth has decided,
 * and throttling that it has not even begun.
 */
static enum genauth_holds
holds_after(const struct genauth_api_reply *reply)
{
	const struct genauth_api_envelope *envelope = &reply->envelope;

	return reply->http.progress == GENAUTH_HTTP_UNSENT ||
	    reply->http.status == GENAUTH_HTTP_THROTTLED ||
	    (reply->http.status < 500 && envelope->has_codes &&
	    envelope->status_code >= 400 && envelope->status_code < 500) ?
	    GENAUTH_HOLDS_OLD : GENAUTH_HOLDS_UNKNOWN;
}

static void
judge(bool accepted, const struct genauth_api_reply *reply,
    const struct genauth_failure *failure, struct genauth_answer *answer,
    char remark[GENAUTH_REMARK_SIZE])
{
	const char *message = reply->envelope.message;
	/* The table has what it means to a sign-in by a browser. */
	bool is_1600 = reply->envelope.has_api_code &&
	    reply->envelope.api_code == 1600 && failure->verdict ==
	    reply->envelope.row.verdict;

	genauth_reply_note(reply, answer);
	if (accepted) {
		answer->verdict = GENAUTH_OK;
		answer->holds = GENAUTH_HOLDS_NEW;
		snprintf(answer->reason, sizeof(answer->reason),
		    "the password is changed");
		return;
	}
	genauth_answer_refuse(answer, failure->verdict, is_1600 ?
	    genauth_apicodes_explain(false, 0, 0).meaning : failure->text);
	answer->holds = holds_after(reply);
	if (answer->holds == GENAUTH_HOLDS_OLD && message != NULL)
		genauth_text_clean_utf8(remark, GENAUTH_REMARK_SIZE, message);
}

static void
post(struct genauth_client *client,
    const struct genauth_new_password *passwords, const struct sealed *sealed,
    struct genauth_answer *answer, char remark[GENAUTH_REMARK_SIZE])
{
	struct genauth_api_request request = {
	    .path = GENAUTH_UPDATE_PASSWORD_ENDPOINT,
	    .json = json_object_new_object(),
	    .bearer = passwords->access_token, .names_pool = true };
	struct genauth_api_reply reply = { 0 };
	struct genauth_failure failure;
	bool accepted = false;

	if (fill_body(request.json, client->options, sealed))
		accepted = genauth_client_call(client, &request, &reply,
		    &failure);
	else
		genauth_failure_set(&failure, GENAUTH_INTERNAL,
		    "out of memory");
	judge(accepted, &reply, &failure, answer, remark);
	genauth_api_reply_free(&reply);
	json_object_put(request.json);
}

void
genauth_update_password(struct genauth_client *client,
    const struct genauth_new_password *passwords,
    struct genauth_password_key *key, struct genauth_answer *answer,
    char remark[GENAUTH_REMARK_SIZE])
{
	struct sealed sealed = { { 0 }, { 0 } };
	struct genauth_failure failure;

	*answer = (struct genauth_answer){ .holds = GENAUTH_HOLDS_OLD };
	remark[0] = '\0';
	if (seal(client, key, passwords, &sealed, &failure))
		post(client, passwords, &sealed, answer, remark);
	else
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	genauth_secret_free(&sealed.old);
	genauth_secret_free(&sealed.new);
}
