/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <errno.h>
#include <sys/socket.h>

#include "common/answer.h"
#include "common/clock.h"
#include "common/records.h"

static void
records_round_trip(void **state)
{
	struct genauth_records records = { 0 }, received = { 0 };
	long long number;
	char text[16];
	size_t length;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	genauth_records_add_text(&records, "text", "hello");
	genauth_records_add_text(&records, "nothing", NULL);
	genauth_records_add_number(&records, "number", -7);
	genauth_records_add(&records, "bytes", "a\0b", 3);
	genauth_records_add(&records, "empty", "", 0);
	assert_true(genauth_records_send(pair[0], &records));
	assert_int_equal(genauth_records_receive(pair[1], &received,
	    genauth_clock_ms() + 1000), GENAUTH_RECEIVED);

	assert_true(genauth_records_get_text(&received, "text", text,
	    sizeof(text)));
	assert_string_equal(text, "hello");
	assert_true(genauth_records_get_number(&received, "number", &number));
	assert_int_equal(number, -7);
	assert_memory_equal(genauth_records_find(&received, "bytes", &length),
	    "a\0b", 3);
	assert_int_equal(length, 3);
	assert_non_null(genauth_records_find(&received, "empty", &length));
	assert_null(genauth_records_find(&received, "nothing", &length));
	/* A text with a NUL, or one too long for its place, is none. */
	assert_false(genauth_records_get_text(&received, "bytes", text,
	    sizeof(text)));
	assert_false(genauth_records_get_text(&received, "text", text, 5));
	assert_string_equal(text, "");
	assert_false(genauth_records_get_number(&received, "text", &number));

	genauth_records_free(&records);
	genauth_records_free(&received);
	close(pair[0]);
	close(pair[1]);
}

static void
messages_have_a_limit(void **state)
{
	static char big[GENAUTH_RECORDS_LIMIT];
	struct genauth_records records = { 0 };

	(void)state;
	genauth_records_add(&records, "x", big, GENAUTH_RECORDS_LIMIT - 6);
	assert_false(records.failed);
	assert_int_equal(records.length, GENAUTH_RECORDS_LIMIT);
	genauth_records_add(&records, "y", "", 0);
	assert_true(records.failed);
	assert_false(genauth_records_send(0, &records));
	genauth_records_free(&records);

	genauth_records_add(&records, "", "x", 1);
	assert_true(records.failed);
	genauth_records_free(&records);
}

static void
the_longest_message_arrives(void **state)
{
	static char big[GENAUTH_RECORDS_LIMIT];
	struct genauth_records records = { 0 }, received = { 0 };
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	genauth_records_add(&records, "x", big, GENAUTH_RECORDS_LIMIT - 6);
	assert_true(genauth_records_send(pair[0], &records));
	assert_int_equal(genauth_records_receive(pair[1], &received, -1),
	    GENAUTH_RECEIVED);
	assert_int_equal(received.length, GENAUTH_RECORDS_LIMIT);
	genauth_records_free(&records);
	genauth_records_free(&received);
	close(pair[0]);
	close(pair[1]);
}

static void
malformed_messages_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} bad[] = {
		{ "\1", 1 },			/* header cut */
		{ "\0\0\0\0\0", 5 },		/* no name */
		{ "\1\1\0\0\0x", 6 },		/* value missing */
		{ "\1\377\377\377\377xy", 7 },	/* value beyond the end */
		{ "\5\0\0\0\0x", 6 },		/* name beyond the end */
		{ "\2\0\0\0\0x\0", 7 },		/* NUL in the name */
		{ "\1\0\0\0\0x\1", 7 },		/* something behind */
	};

	(void)state;
	assert_true(genauth_records_are_valid("\1\1\0\0\0xy", 7));
	assert_true(genauth_records_are_valid("", 0));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct genauth_records received = { 0 };
		int pair[2];

		assert_false(genauth_records_are_valid(bad[i].bytes,
		    bad[i].length));
		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair),
		    0);
		assert_int_equal(send(pair[0], bad[i].bytes, bad[i].length, 0),
		    (ssize_t)bad[i].length);
		assert_int_equal(genauth_records_receive(pair[1], &received,
		    genauth_clock_ms() + 1000), GENAUTH_RECEIVED_BAD);
		genauth_records_free(&received);
		close(pair[0]);
		close(pair[1]);
	}
}

static void
oversized_datagrams_are_refused(void **state)
{
	static char big[GENAUTH_RECORDS_LIMIT + 6] = "\1";
	struct genauth_records received = { 0 };
	int pair[2];

	(void)state;
	/* Well-formed when cut to the limit, so only the length tells. */
	big[1] = (char)((GENAUTH_RECORDS_LIMIT - 6) & 0xff);
	big[2] = (char)((GENAUTH_RECORDS_LIMIT - 6) >> 8);
	big[5] = 'x';
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(send(pair[0], big, sizeof(big), 0), sizeof(big));
	assert_int_equal(genauth_records_receive(pair[1], &received, -1),
	    GENAUTH_RECEIVED_BAD);
	genauth_records_free(&received);
	close(pair[0]);
	close(pair[1]);
}

static void
end_and_deadline_are_told_apart(void **state)
{
	struct genauth_records received = { 0 };
	long long start = genauth_clock_ms();
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(genauth_records_receive(pair[1], &received,
	    start + 50), GENAUTH_RECEIVED_LATE);
	assert_true(genauth_clock_ms() - start >= 49);
	close(pair[0]);
	assert_int_equal(genauth_records_receive(pair[1], &received, -1),
	    GENAUTH_RECEIVED_END);
	genauth_records_free(&received);
	assert_int_equal(genauth_records_receive(-1, &received, 0),
	    GENAUTH_RECEIVED_LATE);
	genauth_records_free(&received);
	close(pair[1]);
}

static void
sending_into_nowhere_raises_no_signal(void **state)
{
	struct genauth_records records = { 0 };
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	close(pair[0]);
	genauth_records_add_text(&records, "x", "y");
	assert_false(genauth_records_send(pair[1], &records));
	assert_int_equal(errno, EPIPE);
	genauth_records_free(&records);
	close(pair[1]);
}

static struct genauth_answer
good_answer(void)
{
	struct genauth_answer answer = { .verdict = GENAUTH_OK,
	    .reason = "accepted", .http_status = 200, .status_code = 200,
	    .api_code = 0, .request_id = "req-1", .dns_ms = 1,
	    .connect_ms = 2, .tls_ms = 3, .wait_ms = 4 };

	assert_true(genauth_secret_set(&answer.id_token, "a.b.c", 5));
	return answer;
}

static void
answers_round_trip(void **state)
{
	struct genauth_answer answer = good_answer(), decoded;
	struct genauth_records records = { 0 };

	(void)state;
	genauth_answer_encode(&answer, &records);
	assert_true(genauth_answer_decode(&records, &decoded));
	assert_int_equal(decoded.verdict, GENAUTH_OK);
	assert_string_equal(decoded.reason, "accepted");
	assert_string_equal(decoded.request_id, "req-1");
	assert_int_equal(decoded.http_status, 200);
	assert_int_equal(decoded.status_code, 200);
	assert_int_equal(decoded.dns_ms, 1);
	assert_int_equal(decoded.connect_ms, 2);
	assert_int_equal(decoded.tls_ms, 3);
	assert_int_equal(decoded.wait_ms, 4);
	assert_string_equal(decoded.id_token.data, "a.b.c");
	assert_null(decoded.access_token.data);
	genauth_records_free(&records);
	genauth_answer_free(&answer);
	genauth_answer_free(&decoded);
}

static void
answers_fit_with_the_longest_tokens(void **state)
{
	static char token[GENAUTH_TOKEN_LIMIT];
	struct genauth_answer answer = good_answer();
	struct genauth_records records = { 0 };

	(void)state;
	memset(token, 'x', sizeof(token));
	memset(answer.reason, 'x', sizeof(answer.reason) - 1);
	assert_true(genauth_secret_set(&answer.id_token, token, sizeof(token)));
	assert_true(genauth_secret_set(&answer.access_token, token,
	    sizeof(token)));
	genauth_answer_encode(&answer, &records);
	assert_false(records.failed);
	genauth_records_free(&records);
	genauth_answer_free(&answer);
}

/* A helper taken over by the server could send anything. */
static void
hostile_answers_are_no_success(void **state)
{
	static const struct {
		const char *name, *value;
		bool decodes;
	} changes[] = {
		{ "verdict", "ok", true },
		{ "verdict", "", true },
		{ "verdict", "SUCCESS", true },
		{ "http_status", "x", false },
		{ "api_code", "99999999999999999999999999", false },
		{ "id_token", "a\nLD_PRELOAD=x", false },
		/* Two of them would be in the log line. */
		{ "request_id", "r verdict=OK user=root", false },
		{ "request_id", "r\"", false },
		{ "http_status", "1000", false },
		{ "http_status", "-1", false },
		{ "wait_ms", "-1", false },
		{ "dns_ms", "99999999999999", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct genauth_answer answer = good_answer(), decoded;
		struct genauth_records records = { 0 };

		/* The first record of a name counts. */
		genauth_records_add_text(&records, changes[i].name,
		    changes[i].value);
		genauth_answer_encode(&answer, &records);
		assert_int_equal(genauth_answer_decode(&records, &decoded),
		    changes[i].decodes);
		assert_int_equal(decoded.verdict, GENAUTH_INTERNAL);
		genauth_answer_free(&decoded);
		genauth_answer_free(&answer);
		genauth_records_free(&records);
	}
	{
		struct genauth_records empty = { 0 };
		struct genauth_answer decoded;

		assert_false(genauth_answer_decode(&empty, &decoded));
		assert_int_equal(decoded.verdict, GENAUTH_INTERNAL);
	}
}

static void
answers_are_cleaned(void **state)
{
	struct genauth_answer answer = good_answer(), decoded;
	struct genauth_records records = { 0 };

	(void)state;
	genauth_records_add_text(&records, "reason", "\033[2J\nverdict=OK");
	genauth_answer_encode(&answer, &records);
	assert_true(genauth_answer_decode(&records, &decoded));
	assert_string_equal(decoded.reason, "?[2J?verdict=OK");
	genauth_answer_free(&decoded);
	genauth_answer_free(&answer);
	genauth_records_free(&records);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_round_trip),
		cmocka_unit_test(messages_have_a_limit),
		cmocka_unit_test(the_longest_message_arrives),
		cmocka_unit_test(malformed_messages_are_refused),
		cmocka_unit_test(oversized_datagrams_are_refused),
		cmocka_unit_test(end_and_deadline_are_told_apart),
		cmocka_unit_test(sending_into_nowhere_raises_no_signal),
		cmocka_unit_test(answers_round_trip),
		cmocka_unit_test(answers_fit_with_the_longest_tokens),
		cmocka_unit_test(hostile_answers_are_no_success),
		cmocka_unit_test(answers_are_cleaned),
	};

	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
