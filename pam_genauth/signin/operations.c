/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/operations.h"

#include <string.h>

#include "common/clock.h"
#include "common/finding.h"
#include "common/remark.h"
#include "genauth/signin.h"
#include "genauth/survey.h"
#include "genauth/update_password.h"
#include "signin/person.h"

bool
genauth_operations_say(const struct genauth_session *session,
    enum genauth_message_kind kind, struct genauth_records *records)
{
	bool sent = genauth_message_send(session->fd, kind, records, NULL, 0);

	genauth_records_free(records);
	return sent;
}

bool
genauth_operations_say_result(struct genauth_session *session,
    const struct genauth_answer *answer)
{
	struct genauth_records records = { 0 };

	if (session->key.keep.is_there) {
		genauth_keep_encode(&session->key.keep, &records);
		genauth_operations_say(session, GENAUTH_MESSAGE_KEEP,
		    &records);
		genauth_keep_free(&session->key.keep);
	}
	genauth_answer_encode(answer, &records);
	return genauth_operations_say(session, GENAUTH_MESSAGE_RESULT,
	    &records);
}

/* ---- a login ------------------------------------------------------------- */

static void
prepare_login(struct genauth_session *session)
{
	genauth_signin_prepare(session->http, &session->options,
	    &session->key);
}

static struct genauth_client
client_for(struct genauth_session *session, long long timeout_ms)
{
	return (struct genauth_client){ .http = session->http,
	    .options = &session->options,
	    .asker = { genauth_person_ask, &session->fd },
	    .timeout_ms = timeout_ms,
	    .deadline = genauth_clock_ms() + timeout_ms };
}

/*
 * false: the question, which the caller wipes, is malformed.  token: the last
 * that GenAuth has given, whatever became of the login; the caller's to free.
 */
static bool
sign_in(struct genauth_session *session, const struct genauth_records *records,
    struct genauth_question *question, struct genauth_answer *answer,
    struct genauth_secret *token)
{
	struct genauth_credentials credentials = {
	    .account = question->account, .password = question->password };
	bool asked = genauth_question_get_login(records, question);
	struct genauth_client client = client_for(session,
	    question->timeout_ms);

	if (question->client_ip[0] != '\0')
		credentials.client_ip = question->client_ip;
	if (question->grace[0] != '\0')
		credentials.grace = question->grace;
	if (question->sub[0] != '\0')
		credentials.sub = question->sub;
	if (asked)
		genauth_signin(&client, &credentials, &session->key, answer);
	*token = client.access_token;
	return asked;
}

/* Takes a token over that is to be revoked. */
static void
keep_unused(struct genauth_session *session, struct genauth_secret *token)
{
	if (session->options.revoke_tokens != GENAUTH_REVOKE_UNUSED)
		return;
	session->unused = *token;
	*token = (struct genauth_secret){ 0 };
}

/* false: the question is malformed. */
static bool
answer_login(struct genauth_session *session,
    const struct genauth_records *records, struct genauth_answer *answer)
{
	bool exports = (session->options.export_tokens &
	    GENAUTH_BIT(GENAUTH_EXPORT_ACCESS_TOKEN)) != 0;
	struct genauth_question question = { .timeout_ms = 0 };
	struct genauth_secret token;
	bool asked = sign_in(session, records, &question, answer, &token);

	/* Unless it is for the session of who logs in. */
	if (answer->verdict != GENAUTH_OK || !exports)
		keep_unused(session, &token);
	genauth_secret_free(&token);
	explicit_bzero(&question, sizeof(question));
	return asked;
}

/* ---- a look at what a login needs --------------------------------------- */

static void
say_finding(void *data, const struct genauth_finding *finding)
{
	struct genauth_records records = { 0 };

	genauth_finding_encode(finding, &records);
	genauth_operations_say(data, GENAUTH_MESSAGE_FINDING, &records);
}

/* The answer is that nobody was logged in, whatever was found. */
static bool
answer_check(struct genauth_session *session,
    const struct genauth_records *records, struct genauth_answer *answer)
{
	const struct genauth_finding_listener listener = {
	    .found = say_finding, .data = session };
	struct genauth_inquiry inquiry;

	if (!genauth_question_get_inquiry(records, &inquiry))
		return false;
	genauth_survey(session->http, &session->options, &inquiry, &listener);
	genauth_answer_refuse(answer, GENAUTH_SKIP, "nobody was logged in");
	return true;
}

/* ---- a new password ------------------------------------------------------ */

/*
 * As a login, but that password and token stay here, for CHANGE.  So what is
 * sent as the old password is the one that GenAuth has just accepted, whatever
 * other modules have done with theirs meanwhile.
 */
static bool
answer_password(struct genauth_session *session,
    const struct genauth_records *records, struct genauth_answer *answer)
{
	struct genauth_secret token;
	bool asked = sign_in(session, records, &session->question, answer,
	    &token);

	session->access_token = answer->access_token;
	answer->access_token = (struct genauth_secret){ 0 };
	genauth_secret_free(&answer->id_token);
	if (asked && answer->verdict == GENAUTH_OK &&
	    session->access_token.data == NULL)
		genauth_answer_refuse(answer, GENAUTH_CONFIG, "the sign-in "
		    "has brought no access_token, which a change of the "
		    "password needs (with mfa = ask: mfa_token_exchange)");
	if (answer->verdict != GENAUTH_OK)
		keep_unused(session, &token);
	genauth_secret_free(&token);
	return asked;
}

/* A person types the new password meanwhile.  false: there is none. */
static bool
receive_change(const struct genauth_session *session,
    struct genauth_change *change)
{
	struct genauth_message message;
	bool received = genauth_message_receive(session->fd, false, &message,
	    genauth_clock_ms() + GENAUTH_PERSON_LIMIT_MS) ==
	    GENAUTH_RECEIVED &&
	    message.kind == GENAUTH_MESSAGE_CHANGE &&
	    genauth_question_get_change(&message.records, change);

	genauth_message_free(&message);
	return received;
}

/* GenAuth's words, if there are any, and the answer. */
static bool
say_changed(struct genauth_session *session, const char *remark,
    const struct genauth_answer *answer)
{
	struct genauth_records records = { 0 };

	if (remark[0] != '\0') {
		genauth_remark_encode(remark, &records);
		genauth_operations_say(session, GENAUTH_MESSAGE_TELL,
		    &records);
	}
	return genauth_operations_say_result(session, answer);
}

/* Sends what GenAuth makes of it.  false: that could not be sent. */
static bool
answer_change(struct genauth_session *session,
    const struct genauth_change *change)
{
	struct genauth_client client = client_for(session, change->timeout_ms);
	const struct genauth_new_password passwords = {
	    session->access_token.data, session->question.password,
	    change->password };
	char remark[GENAUTH_REMARK_SIZE];
	struct genauth_answer answer;
	bool sent;

	genauth_update_password(&client, &passwords, &session->key, &answer,
	    remark);
	sent = say_changed(session, remark, &answer);
	genauth_answer_free(&answer);
	return sent;
}

static bool
change_password(struct genauth_session *session)
{
	struct genauth_change change = { .timeout_ms = 0 };
	bool sent = !receive_change(session, &change) ||
	    answer_change(session, &change);

	keep_unused(session, &session->access_token);
	explicit_bzero(&change, sizeof(change));
	return sent;
}

const struct genauth_operations_row
    genauth_operations[GENAUTH_OPERATION_COUNT] = {
	[GENAUTH_OPERATION_LOGIN] = { GENAUTH_MESSAGE_LOGIN, prepare_login,
	    answer_login, NULL },
	[GENAUTH_OPERATION_CHECK] = { GENAUTH_MESSAGE_CHECK, NULL,
	    answer_check, NULL },
	[GENAUTH_OPERATION_PASSWORD] = { GENAUTH_MESSAGE_LOGIN, prepare_login,
	    answer_password, change_password },
};
