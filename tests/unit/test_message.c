/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages with their files, and what START and LOGIN hold. */
#include "ends.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/files.h"
#include "common/message.h"
#include "common/question.h"


static int
open_ends(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

/* Whatever is in ends[1], with files if there may be some. */
static enum genauth_received
receive(bool with_files, struct genauth_message *message)
{
	return genauth_message_receive(ends[1], with_files, message,
	    genauth_clock_ms());
}

static void
post(const void *bytes, size_t length)
{
	assert_int_equal(send(ends[0], bytes, length, 0), (ssize_t)length);
}

static void
messages_arrive(void **state)
{
	struct genauth_records records = { 0 };
	struct genauth_message message;
	char text[16];

	(void)state;
	genauth_records_add_text(&records, "text", "hello");
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_KEEP,
	    &records, NULL, 0));
	genauth_records_free(&records);
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_READY,
	    &records, NULL, 0));
	assert_int_equal(receive(false, &message), GENAUTH_RECEIVED);
	assert_int_equal(message.kind, GENAUTH_MESSAGE_KEEP);
	assert_true(genauth_records_get_text(&message.records, "text", text,
	    sizeof(text)));
	assert_string_equal(text, "hello");
	assert_int_equal(message.file_count, 0);
	genauth_message_free(&message);
	/* One without anything in it. */
	assert_int_equal(receive(false, &message), GENAUTH_RECEIVED);
	assert_int_equal(message.kind, GENAUTH_MESSAGE_READY);
	genauth_message_free(&message);
}

static void
the_longest_message_arrives(void **state)
{
	static char big[GENAUTH_RECORDS_LIMIT];
	struct genauth_records records = { 0 };
	struct genauth_message message;

	(void)state;
	genauth_records_add(&records, "x", big, GENAUTH_RECORDS_LIMIT - 6);
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_START,
	    &records, NULL, 0));
	assert_int_equal(receive(false, &message), GENAUTH_RECEIVED);
	assert_int_equal(message.records.length, GENAUTH_RECORDS_LIMIT);
	genauth_message_free(&message);
	genauth_records_add(&records, "y", "", 0);
	errno = 0;
	assert_false(genauth_message_send(ends[0], GENAUTH_MESSAGE_START,
	    &records, NULL, 0));
	assert_int_equal(errno, EMSGSIZE);
	genauth_records_free(&records);
}

static void
malformed_messages_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		enum genauth_received received;
	} bad[] = {
		{ "\3", 1, GENAUTH_RECEIVED_BAD },
		{ "\3\0", 2, GENAUTH_RECEIVED_BAD },
		{ "\3\15", 2, GENAUTH_RECEIVED },
		{ "\3\16", 2, GENAUTH_RECEIVED_BAD },
		{ "\3\377", 2, GENAUTH_RECEIVED_BAD },
		{ "\3\1\1", 3, GENAUTH_RECEIVED_BAD },
		{ "\3\1\1\1\0\0\0x", 8, GENAUTH_RECEIVED_BAD },
		{ "\2", 1, GENAUTH_RECEIVED_OTHER },
		{ "\4\1", 2, GENAUTH_RECEIVED_OTHER },
		{ "\4", 1, GENAUTH_RECEIVED_OTHER },
		{ "\3\1", 2, GENAUTH_RECEIVED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct genauth_message message;

		post(bad[i].bytes, bad[i].length);
		assert_int_equal(receive(false, &message), bad[i].received);
		genauth_message_free(&message);
	}
}

static void
oversized_datagrams_are_refused(void **state)
{
	static char big[2 + GENAUTH_RECORDS_LIMIT + 6] = "\3\1\1";
	struct genauth_message message;

	(void)state;
	/* Well-formed when cut to the limit, so only the length tells. */
	big[3] = (char)((GENAUTH_RECORDS_LIMIT - 6) & 0xff);
	big[4] = (char)((GENAUTH_RECORDS_LIMIT - 6) >> 8);
	big[7] = 'x';
	post(big, sizeof(big));
	assert_int_equal(receive(false, &message), GENAUTH_RECEIVED_BAD);
	genauth_message_free(&message);
}

static void
end_and_deadline_are_told_apart(void **state)
{
	struct genauth_message message;
	long long start = genauth_clock_ms();
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(genauth_message_receive(pair[1], false, &message,
	    start + 50), GENAUTH_RECEIVED_LATE);
	assert_true(genauth_clock_ms() - start >= 49);
	genauth_message_free(&message);
	close(pair[0]);
	assert_int_equal(genauth_message_receive(pair[1], false, &message,
	    -1), GENAUTH_RECEIVED_END);
	genauth_message_free(&message);
	close(pair[1]);
	/* With something unread: the kernel calls that a reset. */
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(send(pair[1], "x", 1, 0), 1);
	close(pair[0]);
	assert_int_equal(genauth_message_receive(pair[1], false, &message,
	    -1), GENAUTH_RECEIVED_END);
	genauth_message_free(&message);
	assert_int_equal(genauth_message_receive(-1, false, &message, 0),
	    GENAUTH_RECEIVED_LATE);
	genauth_message_free(&message);
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
	assert_false(genauth_message_send(pair[1], GENAUTH_MESSAGE_READY,
	    &records, NULL, 0));
	assert_int_equal(errno, EPIPE);
	close(pair[1]);
}

/* The lowest descriptor that is free; grows when one is left open. */
static int
next_descriptor(void)
{
	int fd = dup(ends[0]);

	close(fd);
	return fd;
}

/* As a helper that was taken over could do to sshd. */
static void
files_that_nobody_asked_for_are_not_opened(void **state)
{
	const int many[GENAUTH_MESSAGE_FILES + 1] = { 0 };
	struct genauth_records records = { 0 };
	struct genauth_message message;
	int next = next_descriptor();

	(void)state;
	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_RESULT,
	    &records, many, 2));
	assert_int_equal(receive(false, &message), GENAUTH_RECEIVED_BAD);
	assert_int_equal(message.file_count, 0);
	assert_int_equal(next_descriptor(), next);
	genauth_message_free(&message);

	assert_true(genauth_message_send(ends[0], GENAUTH_MESSAGE_START,
	    &records, many, GENAUTH_MESSAGE_FILES));
	assert_int_equal(receive(true, &message), GENAUTH_RECEIVED);
	assert_int_equal(message.file_count, GENAUTH_MESSAGE_FILES);
	assert_int_equal(fcntl(message.files[0], F_GETFD), FD_CLOEXEC);
	genauth_message_free(&message);
	assert_int_equal(next_descriptor(), next);
	assert_false(genauth_message_send(ends[0], GENAUTH_MESSAGE_START,
	    &records, many, GENAUTH_MESSAGE_FILES + 1));
}

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83	/* since Linux 6.16 */
#endif

/* Nor can they be sent: whoever closes the socket would close them. */
static void
the_module_is_sent_no_files(void **state)
{
	const int no = 0, files[1] = { 0 };
	struct genauth_records records = { 0 };
	bool is_known;
	int pair[2];

	(void)state;
	assert_true(genauth_message_pair(pair));
	assert_true(genauth_message_send(pair[0], GENAUTH_MESSAGE_START,
	    &records, files, 1));
	is_known = setsockopt(pair[1], SOL_SOCKET, SO_PASSRIGHTS, &no,
	    sizeof(no)) == 0;
	errno = 0;
	assert_int_equal(genauth_message_send(pair[1], GENAUTH_MESSAGE_RESULT,
	    &records, files, 1), !is_known);
	assert_int_equal(errno, is_known ? EPERM : 0);
	assert_true(genauth_message_send(pair[1], GENAUTH_MESSAGE_RESULT,
	    &records, NULL, 0));
	close(pair[0]);
	close(pair[1]);
	if (!is_known) {
		fprintf(stderr, "no SO_PASSRIGHTS before Linux 6.16\n");
		skip();
	}
}

static void
set(struct genauth_options *options, enum genauth_option option,
    const char *value)
{
	struct genauth_failure failure;

	assert_true(genauth_options_set(options, option, value,
	    GENAUTH_PLACE_FILE, &failure));
}

static void
make_options(struct genauth_options *options)
{
	assert_true(genauth_options_init(options));
	set(options, GENAUTH_OPTION_app_host, "https://x.example");
	set(options, GENAUTH_OPTION_app_id, "0123456789abcdef01234567");
}

#define KEY "-----BEGIN PRIVATE KEY-----\n"

static void
start_arrives_with_its_files(void **state)
{
	struct genauth_start sent = { .prepare = true }, start;
	struct genauth_options options, received;
	struct genauth_files files = GENAUTH_FILES_NONE;
	struct genauth_records records = { 0 };
	struct genauth_message message;
	struct genauth_failure failure;
	struct genauth_secret content;
	FILE *file = tmpfile();
	int next;

	(void)state;
	fputs(KEY, file);
	rewind(file);
	make_options(&options);
	assert_true(genauth_secret_set(&sent.password_key, "key", 3));
	files.fds[GENAUTH_FILES_CLIENT_KEY] = dup(fileno(file));
	fclose(file);
	genauth_question_add_start(&sent, &options, &records);
	assert_true(genauth_files_send_start(ends[0], &records, &files));
	genauth_files_close(&files);
	next = next_descriptor();

	assert_int_equal(receive(true, &message), GENAUTH_RECEIVED);
	assert_int_equal(message.kind, GENAUTH_MESSAGE_START);
	assert_true(genauth_files_take(&files, &message));
	assert_true(genauth_options_init(&received));
	assert_true(genauth_question_get_start(&message.records, &start,
	    &received, &failure));
	genauth_message_free(&message);
	assert_true(start.prepare && !start.record);
	assert_int_equal(start.operation, GENAUTH_OPERATION_LOGIN);
	assert_string_equal(start.password_key.data, "key");
	assert_string_equal(received.app_host, "https://x.example");
	assert_true(genauth_files_read(&files, &received, GENAUTH_FILES_CA,
	    &content, &failure));
	assert_null(content.data);
	assert_true(genauth_files_read(&files, &received,
	    GENAUTH_FILES_CLIENT_KEY, &content, &failure));
	assert_string_equal(content.data, KEY);
	genauth_secret_free(&content);
	assert_int_equal(next_descriptor(), next);
	genauth_records_free(&records);
	genauth_secret_free(&sent.password_key);
	genauth_secret_free(&start.password_key);
	genauth_options_free(&options);
	genauth_options_free(&received);
}

static void
start_names_host_and_application(void **state)
{
	static const char *const keys[] = { "option.app_host",
	    "option.app_id", NULL };
	struct genauth_failure failure;

	(void)state;
	/* Without the first, without the second, and with both. */
	for (int i = 0; i < 3; i++) {
		struct genauth_records records = { 0 };
		struct genauth_options received;
		struct genauth_start start;

		genauth_records_add_text(&records, "operation", "login");
		for (int k = 0; k < 2; k++)
			if (k != i)
				genauth_records_add_text(&records, keys[k],
				    "https://x.example");
		assert_true(genauth_options_init(&received));
		assert_int_equal(genauth_question_get_start(&records, &start,
		    &received, &failure), i == 2);
		if (i != 2)
			assert_contains(failure.text, "incomplete options");
		genauth_records_free(&records);
		genauth_options_free(&received);
	}
}

static void
what_is_no_pem_is_refused(void **state)
{
	static const struct {
		enum genauth_files_of of;
		const char *text;
		const char *words;	/* of the failure; "": none */
	} cases[] = {
		{ GENAUTH_FILES_CA, "-----BEGIN CERTIFICATE-----\n", "" },
		{ GENAUTH_FILES_CA, "a\n-----BEGIN TRUSTED CERTIFICATE-----",
		    "" },
		{ GENAUTH_FILES_CA, "", "ca_file: /ca: is empty" },
		{ GENAUTH_FILES_CA, "0\202\1", "ca_file: /ca: is not PEM, it "
		    "looks like DER: openssl x509 -inform der -in /ca -out" },
		{ GENAUTH_FILES_CA, KEY, "-----BEGIN CERTIFICATE-----" },
		{ GENAUTH_FILES_CA, "hello", "-----BEGIN CERTIFICATE-----" },
		{ GENAUTH_FILES_CLIENT_CERT, KEY "-----BEGIN CERTIFICATE-----",
		    "" },
		{ GENAUTH_FILES_CLIENT_CERT, "", "client_cert: /cert: is em" },
		{ GENAUTH_FILES_CLIENT_CERT, "0\202\1", "openssl x509" },
		{ GENAUTH_FILES_CLIENT_KEY, "-----BEGIN EC PRIVATE KEY-----",
		    "" },
		{ GENAUTH_FILES_CLIENT_KEY, "", "client_key: /key: is empty" },
		{ GENAUTH_FILES_CLIENT_KEY, "0\202\1", "openssl pkey" },
		{ GENAUTH_FILES_CLIENT_KEY, "-----BEGIN PUBLIC KEY-----",
		    "-----BEGIN PRIVATE KEY-----" },
	};
	struct genauth_options options;
	struct genauth_failure failure;
	struct genauth_secret content;

	(void)state;
	make_options(&options);
	set(&options, GENAUTH_OPTION_ca_file, "/ca");
	set(&options, GENAUTH_OPTION_client_cert, "/cert");
	set(&options, GENAUTH_OPTION_client_key, "/key");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct genauth_files files = GENAUTH_FILES_NONE;
		FILE *file = tmpfile();
		bool good = *cases[i].words == '\0';

		fputs(cases[i].text, file);
		rewind(file);
		files.fds[cases[i].of] = dup(fileno(file));
		fclose(file);
		failure.text[0] = '\0';
		assert_int_equal(genauth_files_read(&files, &options,
		    cases[i].of, &content, &failure), good);
		if (strstr(failure.text, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].text, failure.text);
		assert_int_equal(content.data != NULL, good);
		genauth_secret_free(&content);
	}
	genauth_options_free(&options);
}

/* What START says of its files and what comes with it must be the same. */
static void
files_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		const char *names[3];
		size_t count;
		bool fits;
	} starts[] = {
		{ { "ca_file" }, 1, true },
		{ { "client_cert", "ca_file" }, 2, true },
		{ { NULL }, 0, true },
		{ { NULL }, 1, false },
		{ { "ca_file" }, 0, false },
		{ { "ca_file" }, 2, false },
		{ { "ca_file", "ca_file" }, 2, false },
		{ { "ca_path" }, 1, false },
		{ { "" }, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const int fds[2] = { 0, 0 };
		struct genauth_records records = { 0 };
		struct genauth_message message;
		struct genauth_files files;
		int next = next_descriptor();

		for (int k = 0; starts[i].names[k] != NULL; k++)
			genauth_records_add_text(&records, "file",
			    starts[i].names[k]);
		assert_true(genauth_message_send(ends[0],
		    GENAUTH_MESSAGE_START, &records, fds, starts[i].count));
		genauth_records_free(&records);
		assert_int_equal(receive(true, &message), GENAUTH_RECEIVED);
		assert_int_equal(genauth_files_take(&files, &message),
		    starts[i].fits);
		genauth_message_free(&message);
		genauth_files_close(&files);
		assert_int_equal(next_descriptor(), next);
	}
}

static void
starts_of_another_version_are_refused(void **state)
{
	static const struct {
		const char *name, *value, *words;
	} changes[] = {
		{ "operation", "factor", "operation factor" },
		{ "operation", "", "operation )" },
		{ "password_key", "a\033", "cannot be used" },
		{ "option.no_such", "1", "option no_such" },
		{ "option.timeout", "never", "value of timeout" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct genauth_start sent = { .prepare = false }, start;
		struct genauth_options options, received;
		struct genauth_records records = { 0 };
		struct genauth_failure failure = { .text = "" };

		make_options(&options);
		assert_true(genauth_options_init(&received));
		/* The first of a name counts. */
		genauth_records_add_text(&records, changes[i].name,
		    changes[i].value);
		genauth_question_add_start(&sent, &options, &records);
		assert_false(genauth_question_get_start(&records, &start,
		    &received, &failure));
		assert_int_equal(failure.verdict, GENAUTH_INTERNAL);
		assert_non_null(strstr(failure.text, changes[i].words));
		genauth_records_free(&records);
		genauth_secret_free(&start.password_key);
		genauth_options_free(&options);
		genauth_options_free(&received);
	}
}

static void
logins_are_checked(void **state)
{
	static const struct {
		const char *account, *password, *client_ip;
		long long timeout_ms;
		bool good;
	} logins[] = {
		{ "alice", "secret", "192.0.2.1", 10000, true },
		{ "alice", "secret", NULL, GENAUTH_QUESTION_TIMEOUT, true },
		{ "", "secret", NULL, 1, false },
		{ NULL, "secret", NULL, 1, false },
		{ "alice", "", NULL, 1, false },
		{ "alice", NULL, NULL, 1, false },
		{ "alice", "secret", NULL, 0, false },
		{ "alice", "secret", NULL, -1, false },
		{ "alice", "secret", NULL, GENAUTH_QUESTION_TIMEOUT + 1, false },
		{ "alice", "secret", "0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		struct genauth_records records = { 0 };
		struct genauth_question question;

		genauth_question_add_login(logins[i].account,
		    logins[i].password, logins[i].client_ip,
		    logins[i].timeout_ms, &records);
		assert_int_equal(genauth_question_get_login(&records,
		    &question), logins[i].good);
		genauth_records_free(&records);
		if (!logins[i].good)
			continue;
		assert_string_equal(question.account, "alice");
		assert_string_equal(question.password, "secret");
		assert_string_equal(question.client_ip,
		    logins[i].client_ip != NULL ? "192.0.2.1" : "");
		assert_int_equal(question.timeout_ms, logins[i].timeout_ms);
	}
}

/* One that cannot be a sub must not come out as "any". */
static void
subs_are_checked(void **state)
{
	static const struct {
		const char *sub;
		size_t length;
		bool good;
	} rows[] = {
		{ "5f3a", 4, true }, { "5f\0a", 4, false }, { "", 0, false },
		{ "5f 3", 4, false },
	};
	struct genauth_question question;
	char longest[GENAUTH_SUB_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct genauth_records records = { 0 };

		genauth_question_add_login("alice", "secret", NULL, 1,
		    &records);
		genauth_records_add(&records, "sub", rows[i].sub,
		    rows[i].length);
		assert_int_equal(genauth_question_get_login(&records,
		    &question), rows[i].good);
		genauth_records_free(&records);
	}
	memset(longest, 's', sizeof(longest));
	longest[GENAUTH_SUB_SIZE] = '\0';
	for (int i = 0; i < 2; i++) {
		struct genauth_records records = { 0 };

		genauth_question_add_login("alice", "secret", NULL, 1,
		    &records);
		genauth_question_add_sub(longest + i, &records);
		assert_int_equal(genauth_question_get_login(&records,
		    &question), i == 1);
		genauth_records_free(&records);
	}
	assert_string_equal(question.sub, longest + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_arrive),
		cmocka_unit_test(the_longest_message_arrives),
		cmocka_unit_test(malformed_messages_are_refused),
		cmocka_unit_test(oversized_datagrams_are_refused),
		cmocka_unit_test(end_and_deadline_are_told_apart),
		cmocka_unit_test(sending_into_nowhere_raises_no_signal),
		cmocka_unit_test(files_that_nobody_asked_for_are_not_opened),
		cmocka_unit_test(the_module_is_sent_no_files),
		cmocka_unit_test(start_arrives_with_its_files),
		cmocka_unit_test(start_names_host_and_application),
		cmocka_unit_test(what_is_no_pem_is_refused),
		cmocka_unit_test(files_that_do_not_fit_are_refused),
		cmocka_unit_test(starts_of_another_version_are_refused),
		cmocka_unit_test(logins_are_checked),
		cmocka_unit_test(subs_are_checked),
	};

	return cmocka_run_group_tests_name("message", tests, open_ends,
	    close_ends);
}
