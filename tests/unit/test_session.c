/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One conversation of genauth-signin: what it says, when it gives up its
 * rights, and which question it answers.
 */
#include "ends.h"

#include <sys/socket.h>

#include <poll.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/files.h"
#include "common/message.h"
#include "common/prompt.h"
#include "common/question.h"
#include "genauth/http.h"
#include "genauth/signin.h"
#include "genauth/survey.h"
#include "genauth/update_password.h"
#include "signin/confine.h"
#include "signin/session.h"

static char events[32];
static const char *confinement_fault, *confinement_gap;
static bool gives_token, takes_new;	/* GenAuth */

static void
note(char event)
{
	size_t length = strlen(events);

	assert_true(length + 1 < sizeof(events));
	events[length] = event;
	events[length + 1] = '\0';
}

/* ---- in place of what changes the process or asks the network ---- */

bool
genauth_confine(const char *user, bool filter,
    struct genauth_confinement *confinement, struct genauth_failure *failure)
{
	(void)user; (void)filter;
	note('c');
	snprintf(confinement->weaker, sizeof(confinement->weaker), "%s",
	    confinement_gap);
	return confinement_fault == NULL || genauth_failure_set(failure,
	    GENAUTH_INTERNAL, "%s", confinement_fault);
}

/* What LOGIN says of the token. */
static const char *wanted_sub = "";

void
genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key)
{
	(void)options; (void)key;
	assert_non_null(http);
	note('p');
}

/* Questions to the person, and what came of the last one. */
static unsigned asks;
static struct {
	bool replied;
	char text[GENAUTH_PROMPT_REPLY];
	struct genauth_failure failure;
} last;

/* a: there was a reply, n: there was none. */
static bool
ask(struct genauth_client *client)
{
	struct genauth_secret reply = { 0 };

	client->deadline = 0;
	last.replied = genauth_client_ask(client, GENAUTH_PROMPT_EMAIL,
	    "a***@x.example\n", &reply, &last.failure);
	/* The time of the person was not that of GenAuth. */
	assert_true(client->deadline >= genauth_clock_ms() + 1000);
	note(last.replied ? 'a' : 'n');
	assert_int_equal(reply.data != NULL, last.replied);
	snprintf(last.text, sizeof(last.text), "%s",
	    last.replied ? reply.data : "");
	genauth_secret_free(&reply);
	return last.replied;
}

void
genauth_signin(struct genauth_client *client,
    const struct genauth_credentials *credentials,
    struct genauth_password_key *key, struct genauth_answer *answer)
{
	assert_non_null(client->http);
	assert_string_equal(client->options->app_host, "https://x.example");
	assert_string_equal(credentials->account, "alice");
	assert_string_equal(credentials->password, "secret");
	if (*wanted_sub == '\0')
		assert_null(credentials->sub);
	else
		assert_string_equal(credentials->sub, wanted_sub);
	note('l');
	*answer = (struct genauth_answer){ .verdict = GENAUTH_OK,
	    .reason = "accepted" };
	if (gives_token)
		assert_true(genauth_secret_set(&answer->access_token, "token",
		    5));
	for (unsigned i = 0; i < asks && answer->verdict == GENAUTH_OK; i++)
		if (!ask(client))
			genauth_answer_refuse(answer, last.failure.verdict,
			    last.failure.text);
	key->keep.is_there = key->text.data != NULL;
}

void
genauth_update_password(struct genauth_client *client,
    const struct genauth_new_password *passwords,
    struct genauth_password_key *key, struct genauth_answer *answer,
    char remark[GENAUTH_REMARK_SIZE])
{
	(void)key;
	assert_non_null(client->http);
	assert_string_equal(client->options->app_host, "https://x.example");
	assert_int_equal(client->timeout_ms, 6000);
	assert_string_equal(passwords->access_token, "token");
	assert_string_equal(passwords->old, "secret");
	assert_string_equal(passwords->new, "another");
	note('u');
	*answer = takes_new ? (struct genauth_answer){ .verdict = GENAUTH_OK,
	    .reason = "changed", .holds = GENAUTH_HOLDS_NEW } :
	    (struct genauth_answer){ .verdict = GENAUTH_DENIED,
	    .reason = "refused", .holds = GENAUTH_HOLDS_OLD };
	snprintf(remark, GENAUTH_REMARK_SIZE, "%s", takes_new ? "" : "weak");
}

void
genauth_survey(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener)
{
	const struct genauth_finding finding = { .step = GENAUTH_STEP_DNS };

	assert_non_null(http);
	assert_string_equal(options->app_host, "https://x.example");
	assert_int_equal(inquiry->timeout_ms, 5000);
	assert_true(inquiry->offline);
	assert_int_equal(inquiry->until, GENAUTH_STEP_APP);
	note('s');
	listener->found(listener->data, &finding);
}

/* ---- the other side ---- */

static void say_login(enum genauth_message_kind kind);

/*
 * A person who types until the helper has waited that often for a connection
 * to grow old; 0: answers at once.
 */
static unsigned typing;
static bool never;	/* or goes away and leaves the host waiting */
static int connection;	/* the one that is ready, or -1 */

int __wrap_genauth_http_socket(const struct genauth_http *http);
int __real_poll(struct pollfd *polled, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout);

int
__wrap_genauth_http_socket(const struct genauth_http *http)
{
	assert_non_null(http);
	return connection;
}

/* The time passes at once. */
int
__wrap_poll(struct pollfd *polled, nfds_t count, int timeout)
{
	if (count != 2) {
		/* Two minutes at the most; the other waits are short. */
		assert_true(timeout <= 120000);
		if (timeout > 110000 && never)
			return 0;
		if (timeout > 110000 && typing > 0)
			say_login(GENAUTH_MESSAGE_LOGIN);
		return __real_poll(polled, count, timeout);
	}
	note('w');
	assert_int_equal(polled[1].fd, connection);
	assert_true(connection < 0 ? timeout > 110000 && timeout <= 120000 :
	    timeout == GENAUTH_HTTP_AGE);
	assert_true(typing > 0);
	if (--typing > 0 && connection >= 0)
		return 0;
	if (never)
		return 0;
	say_login(GENAUTH_MESSAGE_LOGIN);
	return 1;
}

static void
say_start(enum genauth_message_kind kind, const struct genauth_start *start)
{
	const struct genauth_files none = GENAUTH_FILES_NONE;
	struct genauth_records records = { 0 };
	struct genauth_options options;
	struct genauth_failure failure;

	assert_true(genauth_options_init(&options));
	assert_true(genauth_options_set(&options, GENAUTH_OPTION_app_host,
	    "https://x.example", GENAUTH_PLACE_FILE, &failure));
	assert_true(genauth_options_set(&options, GENAUTH_OPTION_app_id,
	    "0123456789abcdef01234567", GENAUTH_PLACE_FILE, &failure));
	genauth_question_add_start(start, &options, &records);
	if (kind == GENAUTH_MESSAGE_START)
		assert_true(genauth_files_send_start(ends[0], &records,
		    &none));
	else
		assert_true(genauth_message_send(ends[0], kind, &records,
		    NULL, 0));
	genauth_records_free(&records);
	genauth_options_free(&options);
}

static void
say_login(enum genauth_message_kind kind)
{
	struct genauth_records records = { 0 };

	genauth_question_add_login("alice", "secret", NULL, 5000, &records);
	genauth_question_add_sub(wanted_sub, &records);
	assert_true(genauth_message_send(ends[0], kind, &records, NULL, 0));
	genauth_records_free(&records);
}

static void
say_change(const char *password)
{
	struct genauth_records records = { 0 };

	genauth_question_add_change(password, 6000, &records);
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_CHANGE,
	    &records, NULL, 0));
	genauth_records_free(&records);
}

static void
say_check(enum genauth_message_kind kind)
{
	const struct genauth_inquiry inquiry = { .timeout_ms = 5000,
	    .offline = true, .until = GENAUTH_STEP_APP };
	struct genauth_records records = { 0 };

	genauth_question_add_inquiry(&inquiry, &records);
	assert_true(genauth_message_send(ends[0], kind, &records, NULL, 0));
	genauth_records_free(&records);
}

/* ASK is in our words, and says no more than it is told to. */
static void
check_ask(const struct genauth_records *records)
{
	struct genauth_ask asked;

	assert_true(genauth_prompt_decode(records, &asked));
	assert_int_equal(asked.prompt, GENAUTH_PROMPT_EMAIL);
	assert_string_equal(asked.detail, "a***@x***");
}

/* The last one counts; a change's first holds no token. */
static void
replace_answer(const struct genauth_records *records,
    struct genauth_answer *answer)
{
	genauth_answer_free(answer);
	assert_true(genauth_answer_decode(records, answer));
	assert_null(answer->access_token.data);
}

/* The kinds of the messages that have come, and the answer. */
static void
read_replies(char kinds[8], struct genauth_answer *answer)
{
	struct genauth_message message;
	size_t count = 0;

	*answer = (struct genauth_answer){ 0 };
	while (genauth_message_receive(ends[0], false, &message, 0) ==
	    GENAUTH_RECEIVED) {
		assert_true(count < 7);
		kinds[count++] = (char)('0' + message.kind);
		if (message.kind == GENAUTH_MESSAGE_RESULT)
			replace_answer(&message.records, answer);
		else if (message.kind == GENAUTH_MESSAGE_ASK)
			check_ask(&message.records);
		genauth_message_free(&message);
	}
	genauth_message_free(&message);
	kinds[count] = '\0';
}

static void
expect(const char *expected_events, const char *expected_kinds,
    enum genauth_verdict verdict, const char *words)
{
	struct genauth_confinement confinement = { 0 };
	struct genauth_answer answer;
	char kinds[8];
	bool sent;

	events[0] = '\0';
	if (typing == 0)
		shutdown(ends[0], SHUT_WR);
	sent = genauth_session_run(ends[1], &confinement, false);
	read_replies(kinds, &answer);
	assert_string_equal(events, expected_events);
	assert_string_equal(kinds, expected_kinds);
	assert_int_equal(sent, strchr(kinds, '0' + GENAUTH_MESSAGE_RESULT) !=
	    NULL);
	assert_int_equal(answer.verdict, verdict);
	assert_non_null(strstr(answer.reason, words));
	assert_string_equal(answer.weaker, strchr(kinds, '6') != NULL &&
	    strchr(events, 'u') == NULL ? confinement_gap : "");
	genauth_answer_free(&answer);
}

static int
open_ends(void **state)
{
	(void)state;
	confinement_fault = NULL;
	confinement_gap = "";
	gives_token = takes_new = false;
	typing = 0;
	never = false;
	asks = 0;
	connection = -1;
	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
}

/* READY is 1, KEEP 5, RESULT 6, FINDING 8, ASK 9. */
static void
a_login_is_answered(void **state)
{
	const struct genauth_start start = { .prepare = true };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	/* Answered at once, so nothing was made ready. */
	expect("cl", "16", GENAUTH_OK, "accepted");
}

static void
a_sub_is_handed_on(void **state)
{
	const struct genauth_start start = { .prepare = true };

	(void)state;
	wanted_sub = "5f3a";
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	expect("cl", "16", GENAUTH_OK, "accepted");
	wanted_sub = "";
}

/* p: made ready, w: waited for the person or until it is too old. */
static void
a_connection_is_renewed_while_a_person_types(void **state)
{
	static const struct {
		unsigned typing;
		int connection;
		const char *events;
	} cases[] = {
		{ 1, 99, "cpwl" },
		{ 3, 99, "cpwpwpwl" },
		/* Not for ever: whoever types longer is waited for. */
		{ 9, 99, "cpwpwpwpwpwpwpwpwl" },
		/* What could not be connected to is not tried again. */
		{ 2, -1, "cpwl" },
	};
	const struct genauth_start start = { .prepare = true };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		typing = cases[i].typing;
		connection = cases[i].connection;
		say_start(GENAUTH_MESSAGE_START, &start);
		expect(cases[i].events, "16", GENAUTH_OK, "accepted");
		assert_int_equal(close_ends(state) + open_ends(state), 0);
	}
}

static void
who_never_asks_is_not_waited_for(void **state)
{
	const struct genauth_start start = { .prepare = true };

	(void)state;
	never = true;
	typing = 9;
	connection = 99;
	say_start(GENAUTH_MESSAGE_START, &start);
	expect("cpwpwpwpwpwpwpwpw", "1", GENAUTH_INTERNAL, "");
}

static void
the_key_is_said_before_the_answer(void **state)
{
	struct genauth_start start = { .prepare = false };

	(void)state;
	assert_true(genauth_secret_set(&start.password_key, "key", 3));
	say_start(GENAUTH_MESSAGE_START, &start);
	genauth_secret_free(&start.password_key);
	say_login(GENAUTH_MESSAGE_LOGIN);
	expect("cl", "156", GENAUTH_OK, "accepted");
}

static void
what_is_no_login_is_not_answered(void **state)
{
	const struct genauth_start start = { .prepare = false };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_RESULT);
	expect("c", "1", GENAUTH_INTERNAL, "");
}

static void
what_is_no_start_is_told_when_asked(void **state)
{
	const struct genauth_start start = { .prepare = false };

	(void)state;
	say_start(GENAUTH_MESSAGE_LOGIN, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	/* It has given up its rights all the same. */
	expect("c", "16", GENAUTH_INTERNAL, "got no options");
}

/* Confined as for a login; and it says of nobody that his password is right. */
static void
a_check_is_answered(void **state)
{
	/* There is nothing to make ready, whoever asks for it. */
	const struct genauth_start start = { .prepare = true,
	    .operation = GENAUTH_OPERATION_CHECK };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_check(GENAUTH_MESSAGE_CHECK);
	expect("cs", "186", GENAUTH_SKIP, "nobody");
}

static void
each_operation_has_its_question(void **state)
{
	const struct genauth_start check = {
	    .operation = GENAUTH_OPERATION_CHECK };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &check);
	say_login(GENAUTH_MESSAGE_LOGIN);
	expect("c", "1", GENAUTH_INTERNAL, "");
}

static void
a_login_is_not_asked_for_with_check(void **state)
{
	const struct genauth_start start = { .prepare = false };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_check(GENAUTH_MESSAGE_CHECK);
	expect("c", "1", GENAUTH_INTERNAL, "");
}

static void
a_check_without_confinement_says_why(void **state)
{
	const struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_CHECK };

	(void)state;
	confinement_fault = "no way";
	say_start(GENAUTH_MESSAGE_START, &start);
	say_check(GENAUTH_MESSAGE_CHECK);
	expect("c", "16", GENAUTH_INTERNAL, "no way");
}

static void
nothing_is_sent_without_confinement(void **state)
{
	const struct genauth_start start = { .prepare = true };

	(void)state;
	confinement_fault = "no way";
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	expect("c", "16", GENAUTH_INTERNAL, "no way");
}

static void
what_the_confinement_lacks_is_said(void **state)
{
	const struct genauth_start start = { .prepare = false };

	(void)state;
	confinement_gap = "Landlock (no)";
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	expect("cl", "16", GENAUTH_OK, "accepted");
}

/* ---- questions to the person ---- */

static void
say_reply(const char *text, size_t length)
{
	struct genauth_records records = { 0 };

	if (text != NULL)
		genauth_records_add(&records, "text", text, length);
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_REPLY,
	    &records, NULL, 0));
	genauth_records_free(&records);
}

static void
start_login(unsigned asked)
{
	const struct genauth_start start = { .prepare = false };

	asks = asked;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
}

static void
replies_are_taken_or_not(void **state)
{
	static const char most[] =
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "0123456789012345678901234567890123456789012345678901234567890123";
	static const struct {
		const char *text;
		size_t length;
		bool taken;
	} rows[] = {
		{ "123456", 6, true },
		{ " \xff ", 3, true },
		/* That it is no code, others find out. */
		{ "", 0, true },
		{ most, sizeof(most) - 2, true },
		{ most, sizeof(most) - 1, false },
		{ "12\0" "34", 5, false },
		{ NULL, 0, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start_login(1);
		say_reply(rows[i].text, rows[i].length);
		if (rows[i].taken) {
			expect("cla", "196", GENAUTH_OK, "accepted");
			assert_int_equal(strlen(last.text), rows[i].length);
			assert_memory_equal(last.text, rows[i].text,
			    rows[i].length);
		} else {
			expect("cln", "196", GENAUTH_DENIED,
			    "nobody has typed a code");
		}
		assert_int_equal(close_ends(state) + open_ends(state), 0);
	}
}

static void
each_question_has_its_reply(void **state)
{
	(void)state;
	start_login(3);
	say_reply("1", 1);
	say_reply("2", 1);
	say_reply("3", 1);
	expect("claaa", "19996", GENAUTH_OK, "accepted");
	assert_string_equal(last.text, "3");
}

/* Who has not replied is not asked again. */
static void
the_second_may_be_missing(void **state)
{
	(void)state;
	start_login(3);
	say_reply("1", 1);
	say_reply(NULL, 0);
	say_reply("3", 1);
	expect("clan", "1996", GENAUTH_DENIED, "nobody has typed a code");
}

static void
what_is_no_reply_is_none(void **state)
{
	const struct genauth_start start = { .prepare = false };
	struct genauth_records records = { 0 };
	const int file = STDIN_FILENO;

	start_login(1);
	say_login(GENAUTH_MESSAGE_LOGIN);
	say_reply("123456", 6);
	expect("cln", "196", GENAUTH_INTERNAL, "no reply to its question");
	assert_int_equal(close_ends(state) + open_ends(state), 0);

	start_login(1);
	say_start(GENAUTH_MESSAGE_START, &start);
	expect("cln", "196", GENAUTH_INTERNAL, "no reply to its question");
	assert_int_equal(close_ends(state) + open_ends(state), 0);

	start_login(1);
	assert_int_equal(send(ends[0], "\1\x0a", 2, 0), 2);
	expect("cln", "196", GENAUTH_INTERNAL, "no reply to its question");
	assert_int_equal(close_ends(state) + open_ends(state), 0);

	start_login(1);
	genauth_records_add_text(&records, "text", "123456");
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_REPLY,
	    &records, &file, 1));
	genauth_records_free(&records);
	expect("cln", "196", GENAUTH_INTERNAL, "no reply to its question");
}

/* The host has ended, or has given up. */
static void
an_end_is_no_reply(void **state)
{
	(void)state;
	start_login(2);
	expect("cln", "196", GENAUTH_INTERNAL, "no reply to its question");
}

/* Two minutes for each, so that nobody waits for a host that forgets. */
static void
who_never_replies_is_not_waited_for(void **state)
{
	(void)state;
	start_login(1);
	never = true;
	typing = 1;
	expect("cln", "196", GENAUTH_DENIED, "within 120 s");
}

static void
a_reply_before_the_question_is_no_login(void **state)
{
	const struct genauth_start start = { .prepare = false };

	(void)state;
	asks = 1;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_reply("123456", 6);
	say_login(GENAUTH_MESSAGE_LOGIN);
	expect("c", "1", GENAUTH_INTERNAL, "");
}

/* ---- a change of the password ---- */

/* TELL is <, so a change is answered by 6, or by <6. */
static void
a_change_is_answered(void **state)
{
	const struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_PASSWORD };

	for (int i = 0; i < 2; i++) {
		gives_token = true;
		takes_new = i == 0;
		say_start(GENAUTH_MESSAGE_START, &start);
		say_login(GENAUTH_MESSAGE_LOGIN);
		say_change("another");
		expect("clu", i == 0 ? "166" : "16<6", i == 0 ? GENAUTH_OK :
		    GENAUTH_DENIED, i == 0 ? "changed" : "refused");
		assert_int_equal(close_ends(state) + open_ends(state), 0);
	}
}

static void
the_key_is_said_once(void **state)
{
	struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_PASSWORD };

	(void)state;
	gives_token = takes_new = true;
	assert_true(genauth_secret_set(&start.password_key, "key", 3));
	say_start(GENAUTH_MESSAGE_START, &start);
	genauth_secret_free(&start.password_key);
	say_login(GENAUTH_MESSAGE_LOGIN);
	say_change("another");
	expect("clu", "1566", GENAUTH_OK, "changed");
}

static void
a_change_needs_a_token(void **state)
{
	const struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_PASSWORD };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	say_change("another");
	expect("cl", "16", GENAUTH_CONFIG, "no access_token");
}

static void
a_login_is_no_change(void **state)
{
	const struct genauth_start start = { .prepare = false };

	(void)state;
	say_start(GENAUTH_MESSAGE_START, &start);
	say_login(GENAUTH_MESSAGE_LOGIN);
	say_change("another");
	expect("cl", "16", GENAUTH_OK, "accepted");
}

/* Nothing more is said, so that what was said stays the last word. */
static void
what_is_no_change_is_not_answered(void **state)
{
	const struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_PASSWORD };

	for (int i = 0; i < 4; i++) {
		gives_token = true;
		say_start(GENAUTH_MESSAGE_START, &start);
		say_login(GENAUTH_MESSAGE_LOGIN);
		if (i == 0)
			say_change("");
		else if (i == 1)
			say_login(GENAUTH_MESSAGE_LOGIN);
		/* Two minutes, so that nobody waits for a host that forgets. */
		never = i == 2;
		typing = never ? 1 : 0;
		expect("cl", "16", GENAUTH_OK, "accepted");
		assert_int_equal(close_ends(state) + open_ends(state), 0);
	}
}

static void
an_end_is_an_end(void **state)
{
	(void)state;
	expect("c", "1", GENAUTH_INTERNAL, "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ends, close_ends)
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_answered),
		TEST(a_sub_is_handed_on),
		TEST(a_connection_is_renewed_while_a_person_types),
		TEST(who_never_asks_is_not_waited_for),
		TEST(the_key_is_said_before_the_answer),
		TEST(what_is_no_login_is_not_answered),
		TEST(what_is_no_start_is_told_when_asked),
		TEST(nothing_is_sent_without_confinement),
		TEST(a_check_is_answered),
		TEST(each_operation_has_its_question),
		TEST(a_login_is_not_asked_for_with_check),
		TEST(a_check_without_confinement_says_why),
		TEST(what_the_confinement_lacks_is_said),
		TEST(replies_are_taken_or_not),
		TEST(each_question_has_its_reply),
		TEST(the_second_may_be_missing),
		TEST(what_is_no_reply_is_none),
		TEST(an_end_is_no_reply),
		TEST(who_never_replies_is_not_waited_for),
		TEST(a_reply_before_the_question_is_no_login),
		TEST(a_change_is_answered),
		TEST(the_key_is_said_once),
		TEST(a_change_needs_a_token),
		TEST(a_login_is_no_change),
		TEST(what_is_no_change_is_not_answered),
		TEST(an_end_is_an_end),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
