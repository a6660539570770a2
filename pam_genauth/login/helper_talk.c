/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conversation of helper.h.  What comes from genauth-signin is taken for
 * what a stranger says: each message in its place, and not too often.
 */
#include "login/helper.h"

#include "common/clock.h"
#include "common/message.h"

/* What genauth-signin may need beyond its time limit to say that it is over. */
#define GRACE_MS 250

/*
 * A login asks for the key, signs in, and, with an old key, both again; then
 * come the second factor and its tokens.
 */
#define EXCHANGE_LIMIT 16

/* The most questions to the person: not even somebody patient is held. */
#define ASK_LIMIT 8

/* One finding for each step, and a few files. */
#define FINDING_LIMIT 16

static const char taken_away[] =
    "the application has taken away the connection to genauth-signin";

/*
 * How far the conversation has come; of the pointers those are set that belong
 * to its kind.
 */
struct talk {
	const struct genauth_helper_listener *listener;	/* of a login */
	const struct genauth_finding_listener *findings;	/* of a check */
	struct genauth_keep *kept;			/* of a login */
	char *remark;					/* of a change */
	bool is_ready, is_asked, is_sent, is_answered;
	unsigned exchanges, found, asks;
	enum genauth_step step;		/* of the last finding */
	long long timeout_ms, deadline;
	struct genauth_failure failure;	/* why the person did not reply */
};

static bool
take_exchange(struct talk *talk, const struct genauth_records *records)
{
	const char *json;
	size_t length;

	if (talk->listener == NULL || talk->listener->exchange == NULL ||
	    talk->exchanges++ >= EXCHANGE_LIMIT ||
	    (json = genauth_records_find(records, "json", &length)) == NULL)
		return false;
	talk->listener->exchange(talk->listener->data, json, length);
	return true;
}

static bool
take_finding(struct talk *talk, const struct genauth_records *records)
{
	struct genauth_finding finding;

	if (talk->findings == NULL || talk->found++ >= FINDING_LIMIT ||
	    !genauth_finding_decode(records, &finding) ||
	    finding.step < talk->step || (finding.step == talk->step &&
	    finding.step != GENAUTH_STEP_FILES))
		return false;
	talk->step = finding.step;
	talk->deadline = genauth_clock_ms() + talk->timeout_ms + GRACE_MS;
	talk->findings->found(talk->findings->data, &finding);
	return true;
}

/* Sends the reply, empty: none.  false: it cannot be sent, and that is why. */
static bool
say_reply(const struct genauth_helper *helper, struct talk *talk,
    const struct genauth_secret *reply)
{
	struct genauth_records records = { 0 };
	const char *fault;

	genauth_prompt_encode_reply(reply, &records);
	fault = records.failed ? "out of memory" :
	    !genauth_helper_is_ours(helper) ? taken_away : NULL;
	/* Whether that fails or not, as in converse. */
	if (fault == NULL)
		genauth_message_send(helper->fd, GENAUTH_MESSAGE_REPLY,
		    &records, NULL, 0);
	genauth_records_free(&records);
	talk->deadline = genauth_clock_ms() + talk->timeout_ms + GRACE_MS;
	return fault == NULL || genauth_failure_set(&talk->failure,
	    GENAUTH_INTERNAL, "%s", fault);
}

static bool
ask_person(struct talk *talk, const struct genauth_ask *ask,
    struct genauth_secret *reply)
{
	if (talk->listener->ask == NULL)
		return genauth_failure_set(&talk->failure, GENAUTH_DENIED,
		    "GenAuth asks for a second factor, and nobody can be "
		    "asked");
	return talk->listener->ask(talk->listener->data, ask, reply,
	    &talk->failure);
}

/*
 * Its time is that of the person.  Who does not reply is refused; that is said,
 * too, so that the answer tells how far it came.
 */
static bool
take_ask(const struct genauth_helper *helper, struct talk *talk,
    const struct genauth_records *records)
{
	struct genauth_secret reply = { 0 };
	struct genauth_ask ask;
	bool replied;

	if (talk->listener == NULL || talk->asks++ >= ASK_LIMIT ||
	    talk->failure.text[0] != '\0' ||
	    !genauth_prompt_decode(records, &ask))
		return false;
	if (!ask_person(talk, &ask, &reply))
		genauth_secret_free(&reply);
	replied = say_reply(helper, talk, &reply);
	genauth_secret_free(&reply);
	return replied;
}

/*
 * What may come before the answer, each in its place and not too often; what
 * genauth-signin sends is foreign.  false: this may not.
 */
static bool
take(const struct genauth_helper *helper, struct talk *talk,
    const struct genauth_message *message)
{
	const struct genauth_records *records = &message->records;
	bool first = !talk->is_ready;

	if (message->kind == GENAUTH_MESSAGE_READY) {
		talk->is_ready = true;
		return first;
	}
	if (first || !talk->is_asked)
		return false;
	switch (message->kind) {
	case GENAUTH_MESSAGE_KEEP:
		return talk->kept != NULL && !talk->kept->is_there &&
		    genauth_keep_decode(records, talk->kept);
	case GENAUTH_MESSAGE_EXCHANGE:
		return take_exchange(talk, records);
	case GENAUTH_MESSAGE_ASK:
		return take_ask(helper, talk, records);
	case GENAUTH_MESSAGE_FINDING:
		return take_finding(talk, records);
	case GENAUTH_MESSAGE_TELL:
		return talk->remark != NULL && talk->remark[0] == '\0' &&
		    genauth_remark_decode(records, talk->remark);
	default:
		return false;
	}
}

static void
distrust(struct genauth_answer *answer)
{
	genauth_answer_refuse(answer, GENAUTH_INTERNAL,
	    "genauth-signin gave a malformed answer");
}

/* false: something else than an answer, and the conversation goes on. */
static bool
is_over(const struct genauth_helper *helper, struct talk *talk,
    enum genauth_received received, const struct genauth_message *message,
    struct genauth_answer *answer)
{
	switch (received) {
	case GENAUTH_RECEIVED:
		if (message->kind != GENAUTH_MESSAGE_RESULT &&
		    take(helper, talk, message))
			return false;
		talk->is_answered = talk->is_ready && talk->is_asked &&
		    message->kind == GENAUTH_MESSAGE_RESULT &&
		    genauth_answer_decode(&message->records, answer);
		if (!talk->is_answered)
			distrust(answer);
		break;
	case GENAUTH_RECEIVED_LATE:
		return false;
	case GENAUTH_RECEIVED_END:
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "genauth-signin ended without an answer");
		break;
	case GENAUTH_RECEIVED_OTHER:
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    GENAUTH_MESSAGE_DIFFER);
		break;
	case GENAUTH_RECEIVED_BAD:
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "no usable answer from genauth-signin");
		break;
	}
	return true;
}

/* false: the deadline has passed before it is over. */
static bool
receive(const struct genauth_helper *helper, struct talk *talk,
    struct genauth_answer *answer)
{
	struct genauth_message message;
	enum genauth_received received;
	bool over = false;

	do {
		received = genauth_message_receive(helper->fd, false, &message,
		    talk->deadline);
		over = is_over(helper, talk, received, &message, answer);
		genauth_message_free(&message);
	} while (!over && received != GENAUTH_RECEIVED_LATE);
	return over;
}

static void
converse(const struct genauth_helper *helper, enum genauth_message_kind kind,
    const struct genauth_records *question, struct talk *talk,
    struct genauth_answer *answer)
{
	*answer = (struct genauth_answer){ 0 };
	talk->is_ready = talk->is_ready || helper->is_ready;
	if (question->failed || !genauth_helper_is_ours(helper)) {
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    question->failed ? "out of memory" : taken_away);
		return;
	}
	/* What has come so far: READY, or nothing yet. */
	talk->deadline = genauth_clock_ms();
	if (receive(helper, talk, answer))
		return;
	/*
	 * Also where that fails: a helper that has given up cannot be sent to,
	 * but its answer, which says why, is waiting; one that is not there
	 * does not answer.
	 */
	talk->is_sent = genauth_message_send(helper->fd, kind, question, NULL,
	    0);
	talk->is_asked = true;
	talk->deadline = genauth_clock_ms() + talk->timeout_ms + GRACE_MS;
	if (!receive(helper, talk, answer))
		genauth_answer_refuse(answer, GENAUTH_UNAVAILABLE,
		    "no answer within the time limit (timeout)");
	/* Whatever was made of it. */
	if (talk->failure.text[0] != '\0')
		genauth_answer_refuse(answer, talk->failure.verdict,
		    talk->failure.text);
}

void
genauth_helper_ask(const struct genauth_helper *helper,
    const struct genauth_records *question, long long timeout_ms,
    const struct genauth_helper_listener *listener,
    struct genauth_keep *kept, struct genauth_answer *answer)
{
	struct talk talk = { .listener = listener, .kept = kept,
	    .timeout_ms = timeout_ms };

	*kept = (struct genauth_keep){ 0 };
	converse(helper, helper->decides ? GENAUTH_MESSAGE_CALL :
	    GENAUTH_MESSAGE_LOGIN, question, &talk, answer);
	/* That of a change. */
	if (answer->holds != GENAUTH_HOLDS_UNASKED) {
		talk.is_answered = false;
		answer->holds = GENAUTH_HOLDS_UNASKED;
		distrust(answer);
	}
	if (!talk.is_answered)
		genauth_keep_free(kept);
}

void
genauth_helper_check(const struct genauth_helper *helper,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener,
    struct genauth_answer *answer)
{
	struct talk talk = { .findings = listener,
	    .timeout_ms = inquiry->timeout_ms };
	struct genauth_records question = { 0 };

	genauth_question_add_inquiry(inquiry, &question);
	converse(helper, GENAUTH_MESSAGE_CHECK, &question, &talk, answer);
	genauth_records_free(&question);
	/* Nobody has a password here that could be right. */
	if (answer->verdict == GENAUTH_OK) {
		genauth_answer_free(answer);
		distrust(answer);
	}
}

/* A helper that says both is not to be believed in either. */
static bool
contradicts_itself(const struct genauth_answer *answer, const char *remark)
{
	bool changed = answer->verdict == GENAUTH_OK;

	return changed != (answer->holds == GENAUTH_HOLDS_NEW) ||
	    answer->holds == GENAUTH_HOLDS_UNASKED ||
	    (changed && remark[0] != '\0');
}

void
genauth_helper_change(struct genauth_helper *helper,
    const struct genauth_records *question, long long timeout_ms,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer)
{
	/* READY came before the login. */
	struct talk talk = { .remark = remark, .timeout_ms = timeout_ms,
	    .is_ready = true };

	remark[0] = '\0';
	converse(helper, GENAUTH_MESSAGE_CHANGE, question, &talk, answer);
	genauth_secret_free(&answer->id_token);
	genauth_secret_free(&answer->access_token);
	if (talk.is_answered && contradicts_itself(answer, remark)) {
		talk.is_answered = false;
		distrust(answer);
	}
	if (!talk.is_answered) {
		remark[0] = '\0';
		answer->holds = talk.is_sent ? GENAUTH_HOLDS_UNKNOWN :
		    GENAUTH_HOLDS_OLD;
		/* Nothing is to go out behind the verdict of the host. */
		genauth_helper_dismiss(helper);
	}
}
