/* SPDX-License-Identifier: BSD-2-Clause */
/* What the module takes from genauth-signin, and in which order. */
#include "unit.h"

#include <sys/socket.h>

#include <unistd.h>

#include "common/finding.h"
#include "common/message.h"
#include "login/helper.h"

static int fd;
static unsigned exchanges, findings;

static void
say(enum genauth_message_kind kind, struct genauth_records *records)
{
	assert_true(genauth_message_send(fd, kind, records, NULL, 0));
	genauth_records_free(records);
}

static void
say_finding(enum genauth_step step, const char *text)
{
	struct genauth_finding finding = { .step = step };
	struct genauth_records records = { 0 };

	snprintf(finding.text, sizeof(finding.text), "%s", text);
	genauth_finding_encode(&finding, &records);
	say(GENAUTH_MESSAGE_FINDING, &records);
}

static void
say_letter(char letter)
{
	const struct genauth_answer answer = { .verdict = GENAUTH_OK,
	    .reason = "accepted" };
	const struct genauth_answer nobody = { .verdict = GENAUTH_SKIP,
	    .reason = "nobody" };
	struct genauth_keep keep = { .is_there = true };
	struct genauth_records records = { 0 };

	switch (letter) {
	case 'r':
		say(GENAUTH_MESSAGE_READY, &records);
		break;
	case 'k':
		assert_true(genauth_secret_set(&keep.password_key, "key", 3));
		genauth_keep_encode(&keep, &records);
		say(GENAUTH_MESSAGE_KEEP, &records);
		genauth_keep_free(&keep);
		break;
	case 'x':
		genauth_records_add_text(&records, "json", "{}");
		say(GENAUTH_MESSAGE_EXCHANGE, &records);
		break;
	case 'e':
		say(GENAUTH_MESSAGE_EXCHANGE, &records);
		break;
	case 's':
		say(GENAUTH_MESSAGE_START, &records);
		break;
	case 'l':
		say(GENAUTH_MESSAGE_LOGIN, &records);
		break;
	case 'c':
		say(GENAUTH_MESSAGE_CHECK, &records);
		break;
	case 'f':
		say_finding(GENAUTH_STEP_FILES, "/etc/hosts");
		break;
	case 'd':
		say_finding(GENAUTH_STEP_DNS, "192.0.2.1");
		break;
	case 't':
		say_finding(GENAUTH_STEP_TLS, "/CN=x");
		break;
	case '?':
		say(GENAUTH_MESSAGE_FINDING, &records);
		break;
	case 'S':
		genauth_answer_encode(&nobody, &records);
		say(GENAUTH_MESSAGE_RESULT, &records);
		break;
	case 'v':
		assert_int_equal(send(fd, "\1\1", 2, 0), 2);
		break;
	case '!':
		say(GENAUTH_MESSAGE_RESULT, &records);
		break;
	default:
		genauth_answer_encode(&answer, &records);
		say(GENAUTH_MESSAGE_RESULT, &records);
		break;
	}
}

static void
count(void *data, const char *json, size_t length)
{
	assert_ptr_equal(data, &exchanges);
	assert_memory_equal(json, "{}", length);
	exchanges++;
}

static void
ask(const char *letters, bool records_it, struct genauth_keep *keep,
    struct genauth_answer *answer)
{
	const struct genauth_helper_listener listener = {
	    .exchange = records_it ? count : NULL, .data = &exchanges };
	struct genauth_records question = { 0 };
	struct genauth_helper helper = { .pid = 1 };
	int ends[2];

	exchanges = 0;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	fd = ends[0];
	helper.fd = ends[1];
	for (; *letters != '\0'; letters++)
		say_letter(*letters);
	shutdown(fd, SHUT_WR);
	genauth_question_add_login("alice", "secret", NULL, 5000, &question);
	genauth_helper_ask(&helper, &question, 5000, &listener, keep, answer);
	genauth_records_free(&question);
	close(ends[0]);
	close(ends[1]);
}

/* r READY, k KEEP, x EXCHANGE, a RESULT; the others have no place here. */
static void
messages_have_their_place(void **state)
{
	static const struct {
		const char *letters;
		bool records_it;
		const char *words;	/* of the reason; "accepted" is OK */
		bool keeps;
	} talks[] = {
		{ "ra", false, "accepted", false },
		{ "rka", false, "accepted", true },
		{ "rxxkxa", true, "accepted", true },
		{ "rxxxxxxxxa", true, "accepted", false },
		{ "rxxxxxxxxxa", true, "malformed", false },
		{ "rxa", false, "malformed", false },
		{ "rea", true, "malformed", false },
		{ "a", false, "malformed", false },
		{ "kra", false, "malformed", false },
		{ "xra", true, "malformed", false },
		{ "rra", false, "malformed", false },
		{ "rkka", false, "malformed", false },
		{ "rsa", false, "malformed", false },
		{ "rla", false, "malformed", false },
		{ "rca", false, "malformed", false },
		{ "rda", false, "malformed", false },
		{ "r!", false, "malformed", false },
		{ "rk!", false, "malformed", false },
		{ "rk", false, "ended without an answer", false },
		{ "r", false, "ended without an answer", false },
		{ "", false, "ended without an answer", false },
		{ "va", false, "differ in version", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		struct genauth_answer answer;
		struct genauth_keep keep;

		ask(talks[i].letters, talks[i].records_it, &keep, &answer);
		if (strstr(answer.reason, talks[i].words) == NULL)
			fail_msg("%s: %s", talks[i].letters, answer.reason);
		assert_int_equal(answer.verdict,
		    strcmp(talks[i].words, "accepted") == 0 ? GENAUTH_OK :
		    GENAUTH_INTERNAL);
		assert_int_equal(keep.is_there, talks[i].keeps);
		genauth_answer_free(&answer);
		genauth_keep_free(&keep);
	}
}

static void
count_finding(void *data, const struct genauth_finding *finding)
{
	assert_ptr_equal(data, &findings);
	assert_true(finding->text[0] != '\0');
	findings++;
}

static void
ask_check(const char *letters, struct genauth_answer *answer)
{
	const struct genauth_finding_listener listener = { count_finding,
	    &findings };
	const struct genauth_inquiry inquiry = { .timeout_ms = 5000 };
	struct genauth_helper helper = { .pid = 1 };
	int ends[2];

	findings = 0;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	fd = ends[0];
	helper.fd = ends[1];
	for (; *letters != '\0'; letters++)
		say_letter(*letters);
	shutdown(fd, SHUT_WR);
	genauth_helper_check(&helper, &inquiry, &listener, answer);
	close(ends[0]);
	close(ends[1]);
}

/* f, d, t FINDINGs of three steps, S RESULT; the others have no place here. */
static void
findings_have_their_place(void **state)
{
	static const struct {
		const char *letters;
		unsigned findings;
		const char *words;	/* of the reason; "nobody" is SKIP */
	} talks[] = {
		{ "rS", 0, "nobody" },
		{ "rdtS", 2, "nobody" },
		{ "rfffdS", 4, "nobody" },
		{ "rffffffffffffffffS", 16, "nobody" },
		{ "rfffffffffffffffffS", 16, "malformed" },
		{ "rddS", 1, "malformed" },
		{ "rtdS", 1, "malformed" },
		{ "rdfS", 1, "malformed" },
		{ "r?S", 0, "malformed" },
		{ "dS", 0, "malformed" },
		{ "rrdS", 0, "malformed" },
		{ "rkS", 0, "malformed" },
		{ "rxS", 0, "malformed" },
		{ "rcS", 0, "malformed" },
		{ "r!", 0, "malformed" },
		/* No look at things says that a login is good. */
		{ "ra", 0, "malformed" },
		{ "rd", 1, "ended without an answer" },
		{ "v", 0, "differ in version" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		struct genauth_answer answer;

		ask_check(talks[i].letters, &answer);
		if (strstr(answer.reason, talks[i].words) == NULL)
			fail_msg("%s: %s", talks[i].letters, answer.reason);
		assert_int_equal(answer.verdict,
		    strcmp(talks[i].words, "nobody") == 0 ? GENAUTH_SKIP :
		    GENAUTH_INTERNAL);
		assert_int_equal(findings, talks[i].findings);
		genauth_answer_free(&answer);
	}
}

static void
open_files_are_refused(void **state)
{
	struct genauth_records question = { 0 }, records = { 0 };
	const struct genauth_helper_listener listener = { .exchange = NULL };
	struct genauth_helper helper = { .pid = 1 };
	struct genauth_answer answer;
	struct genauth_keep keep;
	const int file = STDIN_FILENO;
	int ends[2], next;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	helper.fd = ends[1];
	next = dup(ends[0]);
	close(next);
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_READY,
	    &records, &file, 1));
	genauth_question_add_login("alice", "secret", NULL, 5000, &question);
	genauth_helper_ask(&helper, &question, 5000, &listener, &keep,
	    &answer);
	assert_int_equal(answer.verdict, GENAUTH_INTERNAL);
	assert_non_null(strstr(answer.reason, "no usable answer"));
	assert_int_equal(dup(ends[0]), next);
	close(next);
	genauth_records_free(&question);
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_have_their_place),
		cmocka_unit_test(findings_have_their_place),
		cmocka_unit_test(open_files_are_refused),
	};

	return cmocka_run_group_tests_name("helper", tests, NULL, NULL);
}
