/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever sequence of messages genauth-signin gets: it says READY, answers at
 * the most one question and one change behind it, and speaks to the network
 * only with options.  What a person replies is checked before GenAuth gets to
 * see it.
 */
#include "fuzz/messages.h"

#include "common/answer.h"
#include "common/message.h"
#include "genauth/signin.h"
#include "genauth/survey.h"
#include "genauth/update_password.h"
#include "signin/confine.h"
#include "signin/session.h"

enum { CONFINED, ANSWERED, CHECKED, REPLIED, REPLIED_OFTEN, NOT_REPLIED,
    CHANGED };
struct fuzz_goal fuzz_goals[] = {
	[CONFINED] = { "rights given up", false },
	[ANSWERED] = { "an answer to a login", false },
	[CHECKED] = { "an answer to a check", false },
	[REPLIED] = { "a reply of the person's", false },
	[REPLIED_OFTEN] = { "a reply to the last question", false },
	[NOT_REPLIED] = { "a person who has not replied", false },
	[CHANGED] = { "an answer to a change", false },
	{ NULL, false },
};

static bool is_confined;
static unsigned logins;	/* and checks */
static unsigned changes;

/* How often genauth_signin asks, and has asked. */
#define ASK_COUNT 3
static unsigned asked;

/* ---- in place of what changes the process or asks the network ---- */

bool
genauth_confine(const char *user, bool filter,
    struct genauth_confinement *confinement, struct genauth_failure *failure)
{
	(void)user; (void)filter; (void)confinement; (void)failure;
	is_confined = true;
	fuzz_goals[CONFINED].reached = true;
	return true;
}

void
genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key)
{
	(void)key;
	REQUIRE(is_confined && http != NULL && options->app_host != NULL);
}

/* Whether there is a reply that can be looked at. */
static bool
ask(struct genauth_client *client)
{
	struct genauth_failure failure = { .text = "" };
	struct genauth_secret reply = { 0 };
	bool replied = genauth_client_ask(client, GENAUTH_PROMPT_EMAIL,
	    "a\033b", &reply, &failure);

	REQUIRE(client->deadline > 0);
	asked++;
	if (replied) {
		REQUIRE(reply.data != NULL);
		REQUIRE(reply.length < GENAUTH_PROMPT_REPLY);
		REQUIRE(strlen(reply.data) == reply.length);
	} else {
		REQUIRE(failure.verdict == GENAUTH_DENIED ||
		    failure.verdict == GENAUTH_INTERNAL);
		REQUIRE(failure.text[0] != '\0');
	}
	fuzz_goals[NOT_REPLIED].reached |= !replied &&
	    failure.verdict == GENAUTH_DENIED;
	genauth_secret_free(&reply);
	return replied;
}

static void
ask_often(struct genauth_client *client)
{
	while (asked < ASK_COUNT && ask(client))
		fuzz_goals[asked < ASK_COUNT ? REPLIED :
		    REPLIED_OFTEN].reached = true;
}

void
genauth_signin(struct genauth_client *client,
    const struct genauth_credentials *credentials,
    struct genauth_password_key *key, struct genauth_answer *answer)
{
	const struct genauth_options *options = client->options;

	REQUIRE(is_confined && client->http != NULL);
	REQUIRE(options->app_host != NULL && options->app_id != NULL);
	REQUIRE(credentials->account[0] != '\0');
	REQUIRE(strlen(credentials->account) < 1024);
	REQUIRE(credentials->password[0] != '\0');
	REQUIRE(strlen(credentials->password) < 1024);
	if (key->text.data != NULL)
		REQUIRE(genauth_answer_can_hold_key(key->text.data,
		    key->text.length));
	logins++;
	fuzz_goals[ANSWERED].reached = true;
	ask_often(client);
	*answer = (struct genauth_answer){ .verdict = GENAUTH_OK };
	snprintf(answer->reason, sizeof(answer->reason), "yes");
	REQUIRE(genauth_secret_set(&answer->access_token, "token", 5));
	key->keep.is_there = true;
}

void
genauth_update_password(struct genauth_client *client,
    const struct genauth_new_password *passwords,
    struct genauth_password_key *key, struct genauth_answer *answer,
    char remark[GENAUTH_REMARK_SIZE])
{
	(void)key;
	REQUIRE(is_confined && client->http != NULL && logins == 1);
	REQUIRE(strcmp(passwords->access_token, "token") == 0);
	REQUIRE(passwords->old[0] != '\0' && strlen(passwords->old) < 1024);
	REQUIRE(passwords->new[0] != '\0' && strlen(passwords->new) < 1024);
	REQUIRE(client->timeout_ms > 0);
	REQUIRE(client->timeout_ms <= GENAUTH_QUESTION_TIMEOUT);
	changes++;
	fuzz_goals[CHANGED].reached = true;
	*answer = (struct genauth_answer){ .verdict = GENAUTH_DENIED,
	    .reason = "no", .holds = GENAUTH_HOLDS_OLD };
	snprintf(remark, GENAUTH_REMARK_SIZE, "too weak");
}

void
genauth_survey(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener)
{
	const struct genauth_finding finding = { .step = GENAUTH_STEP_DNS };

	REQUIRE(is_confined && http != NULL);
	REQUIRE(options->app_host != NULL && options->app_id != NULL);
	REQUIRE(inquiry->timeout_ms > 0);
	REQUIRE(inquiry->timeout_ms <= GENAUTH_QUESTION_TIMEOUT);
	logins++;
	fuzz_goals[CHECKED].reached = true;
	listener->found(listener->data, &finding);
}

/* ---- what it says ---- */

static void
check_ask(const struct genauth_records *records)
{
	struct genauth_ask ask;

	REQUIRE(genauth_prompt_decode(records, &ask));
	REQUIRE(ask.prompt == GENAUTH_PROMPT_EMAIL);
	REQUIRE(strcmp(ask.detail, "a***") == 0);
}

static void
check_replies(int fd, bool sent)
{
	struct genauth_message message;
	struct genauth_answer answer;
	unsigned count = 0, results = 0, asks = 0;

	while (genauth_message_receive(fd, false, &message, 0) ==
	    GENAUTH_RECEIVED) {
		REQUIRE((message.kind == GENAUTH_MESSAGE_READY) ==
		    (count == 0));
		REQUIRE(results <= changes);
		if (message.kind == GENAUTH_MESSAGE_RESULT) {
			REQUIRE(genauth_answer_decode(&message.records,
			    &answer));
			REQUIRE(answer.verdict != GENAUTH_OK ||
			    (logins == 1 && results == 0));
			REQUIRE(answer.reason[0] != '\0');
			/* Tokens of a change stay in the helper. */
			REQUIRE(changes == 0 ||
			    answer.access_token.data == NULL);
			genauth_answer_free(&answer);
			results++;
		} else if (message.kind == GENAUTH_MESSAGE_ASK) {
			check_ask(&message.records);
			asks++;
		}
		genauth_message_free(&message);
		count++;
	}
	genauth_message_free(&message);
	REQUIRE(count >= 1 && results <= 1 + changes && asks == asked);
	REQUIRE(!sent || results == 1 + changes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct genauth_confinement confinement = { 0 };
	int ends[2];
	bool sent;

	is_confined = false;
	logins = changes = asked = 0;
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	fuzz_say_messages(ends[0], data, size);
	sent = genauth_session_run(ends[1], &confinement, false);
	REQUIRE(logins <= 1 && changes <= (sent ? 1 : 0));
	check_replies(ends[0], sent);
	close(ends[1]);
	close(ends[0]);
	return 0;
}
