/* SPDX-License-Identifier: BSD-2-Clause */
/* What the module takes from genauth-signin, and in which order. */
#include "unit.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "common/finding.h"
#include "common/message.h"
#include "login/prepared.h"

static int fd;
static unsigned exchanges, findings;
static const char *after;	/* what is said once LOGIN has come */

bool __real_genauth_message_send(int socket, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files, size_t count);
bool __wrap_genauth_message_send(int socket, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files, size_t count);

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
	const struct genauth_answer changed = { .verdict = GENAUTH_OK,
	    .reason = "changed", .holds = GENAUTH_HOLDS_NEW };
	const struct genauth_answer refused = { .verdict = GENAUTH_DENIED,
	    .reason = "refused", .holds = GENAUTH_HOLDS_OLD };
	const struct genauth_answer odd = { .verdict = GENAUTH_DENIED,
	    .reason = "odd", .holds = GENAUTH_HOLDS_NEW };
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
	case 'q':
		genauth_prompt_encode(GENAUTH_PROMPT_EMAIL, "a\033b", &records);
		say(GENAUTH_MESSAGE_ASK, &records);
		break;
	case 'Q':
		genauth_records_add_text(&records, "prompt", "PASSWORD");
		genauth_records_add_text(&records, "detail", "");
		say(GENAUTH_MESSAGE_ASK, &records);
		break;
	case 'p':
		genauth_records_add_text(&records, "text", "123456");
		say(GENAUTH_MESSAGE_REPLY, &records);
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
	case 'T':
		genauth_remark_encode("too weak", &records);
		say(GENAUTH_MESSAGE_TELL, &records);
		break;
	case 'E':
		genauth_records_add_text(&records, "text", "");
		say(GENAUTH_MESSAGE_TELL, &records);
		break;
	case 'C':
		say(GENAUTH_MESSAGE_CHANGE, &records);
		break;
	case 'N':
		genauth_answer_encode(&changed, &records);
		say(GENAUTH_MESSAGE_RESULT, &records);
		break;
	case 'R':
		genauth_answer_encode(&refused, &records);
		say(GENAUTH_MESSAGE_RESULT, &records);
		break;
	case 'o':
		genauth_answer_encode(&odd, &records);
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

bool
__wrap_genauth_message_send(int socket, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files, size_t count)
{
	bool sent = __real_genauth_message_send(socket, kind, records, files,
	    count);

	if (socket == fd)
		return sent;
	for (; *after != '\0'; after++)
		say_letter(*after);
	shutdown(fd, SHUT_WR);
	return sent;
}

static struct genauth_helper
helper_of(int ends[2])
{
	struct genauth_helper helper = { .keeper = -1, .host = getpid() };
	struct stat status;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_int_equal(fstat(ends[1], &status), 0);
	fd = ends[0];
	helper.fd = ends[1];
	helper.socket = status.st_ino;
	return helper;
}

/* What stands behind > is said when the question has come. */
static void
say_early(const char *letters)
{
	for (; *letters != '\0' && *letters != '>'; letters++)
		say_letter(*letters);
	after = *letters == '>' ? letters + 1 : "";
}

static void
ask(const char *letters, const struct genauth_helper_listener *listener,
    struct genauth_keep *keep, struct genauth_answer *answer)
{
	struct genauth_records question = { 0 };
	int ends[2];
	struct genauth_helper helper = helper_of(ends);

	exchanges = 0;
	say_early(letters);
	genauth_question_add_login("alice", "secret", NULL, 5000, &question);
	genauth_helper_ask(&helper, &question, 5000, listener, keep, answer);
	genauth_records_free(&question);
	close(ends[0]);
	close(ends[1]);
}

/*
 * r READY, k KEEP, x EXCHANGE, a RESULT, > when LOGIN has come; the others have
 * no place here.
 */
static void
messages_have_their_place(void **state)
{
	static const struct {
		const char *letters;
		bool records_it;
		const char *words;	/* of the reason; "accepted" is OK */
		bool keeps;
	} talks[] = {
		{ "r>a", false, "accepted", false },
		{ "r>ka", false, "accepted", true },
		{ "r>xxkxa", true, "accepted", true },
		{ "r>xxxxxxxxxxxxxxxxa", true, "accepted", false },
		{ "r>xxxxxxxxxxxxxxxxxa", true, "malformed", false },
		{ "r>xa", false, "malformed", false },
		{ "r>ea", true, "malformed", false },
		{ ">a", false, "malformed", false },
		{ ">kra", false, "malformed", false },
		{ ">xra", true, "malformed", false },
		{ "r>ra", false, "malformed", false },
		{ "r>kka", false, "malformed", false },
		{ "r>Ta", false, "malformed", false },
		{ "r>Ca", false, "malformed", false },
		/* The answer to a change is none to a login. */
		{ "r>N", false, "malformed", false },
		{ "r>kR", false, "malformed", false },
		{ "r>sa", false, "malformed", false },
		{ "r>la", false, "malformed", false },
		{ "r>ca", false, "malformed", false },
		{ "r>da", false, "malformed", false },
		{ "r>!", false, "malformed", false },
		{ "r>k!", false, "malformed", false },
		{ "r>k", false, "ended without an answer", false },
		{ "r>", false, "ended without an answer", false },
		{ ">", false, "ended without an answer", false },
		{ ">va", false, "differ in version", false },
		{ ">ra", false, "accepted", false },
		{ "ra>", false, "malformed", false },
		{ "rk>a", false, "malformed", false },
		{ "rx>a", true, "malformed", false },
		{ "a>ra", false, "malformed", false },
		{ "rr>a", false, "malformed", false },
		{ "v>a", false, "differ in version", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		const struct genauth_helper_listener listener = {
		    .exchange = talks[i].records_it ? count : NULL,
		    .data = &exchanges };
		struct genauth_answer answer;
		struct genauth_keep keep;

		ask(talks[i].letters, &listener, &keep, &answer);
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

/* What the person is asked, and how that ends. */
struct person {
	unsigned asked, replies;	/* how often; at the most */
};

static bool
reply_to(void *data, const struct genauth_ask *asked,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	struct person *person = data;

	assert_int_equal(asked->prompt, GENAUTH_PROMPT_EMAIL);
	assert_string_equal(asked->detail, "a***");
	if (person->asked++ < person->replies)
		return genauth_secret_set(reply, "123456", 6);
	return genauth_failure_set(failure, GENAUTH_DENIED, "gone away");
}

/* As messages_have_their_place: q ASK, Q one in words of its own, p REPLY. */
static void
questions_have_their_place(void **state)
{
	static const struct {
		const char *letters;
		unsigned replies, asked;
		const char *words;
		enum genauth_verdict verdict;
	} talks[] = {
		{ "r>qa", 1, 1, "accepted", GENAUTH_OK },
		{ "r>qqqqqqqqa", 9, 8, "accepted", GENAUTH_OK },
		{ "r>qqqqqqqqqa", 9, 8, "malformed", GENAUTH_INTERNAL },
		{ "r>qa", 0, 1, "gone away", GENAUTH_DENIED },
		{ "r>qqa", 1, 2, "gone away", GENAUTH_DENIED },
		/* Whatever is said to it. */
		{ "r>q", 0, 1, "gone away", GENAUTH_DENIED },
		{ "r>qqa", 0, 1, "gone away", GENAUTH_DENIED },
		{ "r>q!", 0, 1, "gone away", GENAUTH_DENIED },
		{ "r>Qa", 1, 0, "malformed", GENAUTH_INTERNAL },
		{ "r>pa", 1, 0, "malformed", GENAUTH_INTERNAL },
		{ "rq>a", 1, 0, "malformed", GENAUTH_INTERNAL },
		{ ">qra", 1, 0, "malformed", GENAUTH_INTERNAL },
		{ "r>q", 1, 1, "ended without", GENAUTH_INTERNAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		struct person person = { 0, talks[i].replies };
		const struct genauth_helper_listener listener = {
		    .ask = reply_to, .data = &person };
		struct genauth_answer answer;
		struct genauth_keep keep;

		ask(talks[i].letters, &listener, &keep, &answer);
		if (strstr(answer.reason, talks[i].words) == NULL)
			fail_msg("%s: %s", talks[i].letters, answer.reason);
		assert_int_equal(answer.verdict, talks[i].verdict);
		assert_int_equal(person.asked, talks[i].asked);
		genauth_answer_free(&answer);
		genauth_keep_free(&keep);
	}
}

/* Also where somebody wants to know of the requests. */
static void
nobody_can_be_asked_without_a_person(void **state)
{
	const struct genauth_helper_listener listener = { .ask = NULL };
	struct genauth_answer answer;
	struct genauth_keep keep;

	(void)state;
	ask("r>qa", &listener, &keep, &answer);
	assert_int_equal(answer.verdict, GENAUTH_DENIED);
	assert_non_null(strstr(answer.reason, "nobody can be asked"));
	genauth_answer_free(&answer);
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
	int ends[2];
	struct genauth_helper helper = helper_of(ends);

	findings = 0;
	say_early(letters);
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
		{ "r>S", 0, "nobody" },
		{ "r>dtS", 2, "nobody" },
		{ "r>fffdS", 4, "nobody" },
		{ "r>ffffffffffffffffS", 16, "nobody" },
		{ "r>fffffffffffffffffS", 16, "malformed" },
		{ "r>ddS", 1, "malformed" },
		{ "r>tdS", 1, "malformed" },
		{ "r>dfS", 1, "malformed" },
		{ "r>?S", 0, "malformed" },
		{ ">dS", 0, "malformed" },
		{ "r>rdS", 0, "malformed" },
		{ "r>kS", 0, "malformed" },
		{ "r>xS", 0, "malformed" },
		{ "r>cS", 0, "malformed" },
		{ "r>!", 0, "malformed" },
		/* No look at things says that a login is good. */
		{ "r>a", 0, "malformed" },
		{ "r>TS", 0, "malformed" },
		{ "r>d", 1, "ended without an answer" },
		{ ">v", 0, "differ in version" },
		{ "rd>S", 0, "malformed" },
		{ "rS>", 0, "malformed" },
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
ask_change(const char *letters, char remark[GENAUTH_REMARK_SIZE],
    struct genauth_answer *answer)
{
	struct genauth_records question = { 0 };
	int ends[2];
	struct genauth_helper helper = helper_of(ends);

	say_early(letters);
	genauth_question_add_change("another", 5000, &question);
	genauth_helper_change(&helper, &question, 5000, remark, answer);
	/* Who has not answered has nothing left to do. */
	assert_int_equal(helper.fd < 0, strstr(answer->reason, "changed") ==
	    NULL && strstr(answer->reason, "refused") == NULL);
	genauth_records_free(&question);
	close(ends[0]);
	if (helper.fd >= 0)
		close(ends[1]);
}

/*
 * T TELL, E an empty one, N RESULT changed, R RESULT refused, > when CHANGE has
 * come; the others have no place here.
 */
static void
changes_have_their_place(void **state)
{
	static const struct {
		const char *letters, *words, *remark;
		enum genauth_holds holds;	/* NEW: also OK */
	} talks[] = {
		{ ">N", "changed", "", GENAUTH_HOLDS_NEW },
		{ ">R", "refused", "", GENAUTH_HOLDS_OLD },
		{ ">TR", "refused", "too weak", GENAUTH_HOLDS_OLD },
		{ ">TTR", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">ER", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">EN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">TN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">TTN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		/* An answer to a login is none. */
		{ ">a", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">o", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">S", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">rN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">kN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">xN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">qN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">dN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">CN", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">!", "malformed", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">T", "ended without", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">", "ended without", "", GENAUTH_HOLDS_UNKNOWN },
		{ ">v", "differ in version", "", GENAUTH_HOLDS_UNKNOWN },
		/* Before CHANGE: then that is not even sent. */
		{ "N>", "malformed", "", GENAUTH_HOLDS_OLD },
		{ "N>N", "malformed", "", GENAUTH_HOLDS_OLD },
		{ "TN>N", "malformed", "", GENAUTH_HOLDS_OLD },
		{ "T>R", "malformed", "", GENAUTH_HOLDS_OLD },
		{ "r>N", "malformed", "", GENAUTH_HOLDS_OLD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		char remark[GENAUTH_REMARK_SIZE];
		struct genauth_answer answer;

		ask_change(talks[i].letters, remark, &answer);
		if (strstr(answer.reason, talks[i].words) == NULL ||
		    strcmp(remark, talks[i].remark) != 0)
			fail_msg("%s: %s (%s)", talks[i].letters,
			    answer.reason, remark);
		assert_int_equal(answer.holds, talks[i].holds);
		assert_int_equal(answer.verdict == GENAUTH_OK,
		    talks[i].holds == GENAUTH_HOLDS_NEW);
		genauth_answer_free(&answer);
	}
}

static void
open_files_are_refused(void **state)
{
	struct genauth_records question = { 0 }, records = { 0 };
	const struct genauth_helper_listener listener = { .exchange = NULL };
	struct genauth_answer answer;
	struct genauth_keep keep;
	const int file = STDIN_FILENO;
	int ends[2], next;
	struct genauth_helper helper = helper_of(ends);

	(void)state;
	after = "a";
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

/* An application may close what it finds, and open something of its own. */
static void
another_socket_gets_no_password(void **state)
{
	const struct genauth_helper_listener listener = { .exchange = NULL };
	struct genauth_records question = { 0 };
	struct genauth_answer answer;
	struct genauth_keep keep;
	char byte;
	int ends[2], own[2];
	struct genauth_helper helper = helper_of(ends);

	(void)state;
	after = "ra";
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, own), 0);
	assert_int_equal(dup2(own[1], ends[1]), ends[1]);
	genauth_question_add_login("alice", "secret", NULL, 5000, &question);
	genauth_helper_ask(&helper, &question, 5000, &listener, &keep,
	    &answer);
	assert_int_equal(answer.verdict, GENAUTH_INTERNAL);
	assert_non_null(strstr(answer.reason, "has taken away"));
	assert_int_equal(recv(own[0], &byte, 1, MSG_DONTWAIT), -1);
	genauth_helper_stop(&helper);
	assert_true(fcntl(ends[1], F_GETFD) >= 0);
	genauth_records_free(&question);
	close(own[0]);
	close(own[1]);
	close(ends[0]);
	close(ends[1]);
}

static void
what_was_prepared_is_for_one_login(void **state)
{
	const struct genauth_start start = { .prepare = true },
	    other_start = { .prepare = false };
	struct genauth_prepared prepared = GENAUTH_PREPARED_NONE;
	struct genauth_options options, other_options;
	int ends[2];

	(void)state;
	assert_true(genauth_options_init(&options));
	assert_true(genauth_options_init(&other_options));
	other_options.timeout_ms += 1000;
	prepared.helper = helper_of(ends);
	assert_true(genauth_prepared_set(&prepared, "alice", "sshd", &start,
	    &options));
	assert_true(genauth_prepared_fits(&prepared, "alice", "sshd", &start,
	    &options));
	assert_false(genauth_prepared_fits(&prepared, "alic", "sshd", &start,
	    &options));
	assert_false(genauth_prepared_fits(&prepared, "alice", "sudo", &start,
	    &options));
	assert_false(genauth_prepared_fits(&prepared, "alice", "sshd",
	    &other_start, &options));
	assert_false(genauth_prepared_fits(&prepared, "alice", "sshd", &start,
	    &other_options));
	/* For a line behind, which may have the options that it was for. */
	assert_true(genauth_prepared_is_for(&prepared, "alice", "sshd"));
	assert_false(genauth_prepared_is_for(&prepared, "alice", "sudo"));
	assert_false(genauth_prepared_is_for(&prepared, "bob", "sshd"));
	prepared.helper.host++;
	assert_false(genauth_prepared_fits(&prepared, "alice", "sshd", &start,
	    &options));
	prepared.helper.host--;
	close(ends[0]);
	assert_false(genauth_prepared_fits(&prepared, "alice", "sshd", &start,
	    &options));
	genauth_prepared_end(&prepared);
	assert_int_equal(fcntl(ends[1], F_GETFD), -1);
	genauth_options_free(&options);
	genauth_options_free(&other_options);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_have_their_place),
		cmocka_unit_test(questions_have_their_place),
		cmocka_unit_test(nobody_can_be_asked_without_a_person),
		cmocka_unit_test(findings_have_their_place),
		cmocka_unit_test(changes_have_their_place),
		cmocka_unit_test(open_files_are_refused),
		cmocka_unit_test(another_socket_gets_no_password),
		cmocka_unit_test(what_was_prepared_is_for_one_login),
	};

	return cmocka_run_group_tests_name("helper", tests, NULL, NULL);
}
