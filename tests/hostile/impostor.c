/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands in for a genauth-signin that was taken over, where that is: says what
 * /run/impostor/says has, a letter each (see acts), and then waits for the end
 * of the socket.  What the person replied is written to /run/impostor/replies,
 * a line each, "-" for none.
 */
#include <sys/socket.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/answer.h"
#include "common/message.h"
#include "common/prompt.h"

#define FOLDER "/run/impostor"
#define SOCKET STDIN_FILENO

static const char *at, *again;

static void
say(enum genauth_message_kind kind, struct genauth_records *records)
{
	genauth_message_send(SOCKET, kind, records, NULL, 0);
	genauth_records_free(records);
}

static void
ready(void)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "version", PACKAGE_VERSION);
	say(GENAUTH_MESSAGE_READY, &records);
}

/* Not as genauth_prompt_encode has it, which would clean it. */
static void
ask_for(const char *prompt, const char *detail, size_t length)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "prompt", prompt);
	genauth_records_add(&records, "detail", detail, length);
	say(GENAUTH_MESSAGE_ASK, &records);
}

static void
ask(void)
{
	ask_for("EMAIL", "a***@x***", strlen("a***@x***"));
}

static void
ask_in_own_words(void)
{
	ask_for("Password of root: ", "", 0);
}

static void
ask_with_talk(void)
{
	static const char talk[] = "\033[2J\r\x9bPassword";

	ask_for("SMS_AGAIN", talk, strlen(talk));
}

/* What a word can say. */
static void
ask_in_a_word(void)
{
	ask_for("OTP", "or-password", strlen("or-password"));
}

static void
ask_in_other_letters(void)
{
	static const char letters[] = "\xe5\xaf\x86\xe7\xa0\x81\xff@x";

	ask_for("EMAIL", letters, strlen(letters));
}

static void
ask_at_length(void)
{
	static char detail[60000];

	memset(detail, 'x', sizeof(detail));
	ask_for("EMAIL", detail, sizeof(detail));
}

static void
answer_as(enum genauth_verdict verdict, enum genauth_factor factor,
    const char *reason)
{
	struct genauth_answer answer = { .verdict = verdict,
	    .factor = factor };
	struct genauth_records records = { 0 };

	snprintf(answer.reason, sizeof(answer.reason), "%s", reason);
	genauth_answer_encode(&answer, &records);
	say(GENAUTH_MESSAGE_RESULT, &records);
}

static void
accept_it(void)
{
	answer_as(GENAUTH_OK, GENAUTH_FACTOR_EMAIL, "accepted");
}

static void
refuse(void)
{
	answer_as(GENAUTH_DENIED, GENAUTH_FACTOR_EMAIL, "denied");
}

static void
accept_without_factor(void)
{
	answer_as(GENAUTH_OK, GENAUTH_FACTOR_NONE, "accepted");
}

static void
accept_for_grace(void)
{
	answer_as(GENAUTH_OK, GENAUTH_FACTOR_GRACE, "accepted");
}

static void
note_reply(const struct genauth_records *records)
{
	struct genauth_secret reply = { 0 };
	FILE *file = fopen(FOLDER "/replies", "a");

	if (file == NULL)
		exit(2);
	fprintf(file, "%s\n", genauth_prompt_decode_reply(records, &reply) ?
	    reply.data : "-");
	fclose(file);
	genauth_secret_free(&reply);
}

/* The next message, whatever it is. */
static void
take(void)
{
	struct genauth_message message;

	if (genauth_message_receive(SOCKET, true, &message, -1) !=
	    GENAUTH_RECEIVED)
		exit(0);
	if (message.kind == GENAUTH_MESSAGE_REPLY)
		note_reply(&message.records);
	genauth_message_free(&message);
}

/* Until nothing more has room. */
static void
flood(void)
{
	static char garbage[4096] = { GENAUTH_MESSAGE_VERSION, 77 };

	while (send(SOCKET, garbage, sizeof(garbage), MSG_DONTWAIT) > 0)
		;
}

static void
flood_with_questions(void)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "prompt", "OTP");
	genauth_records_add_text(&records, "detail", "");
	while (genauth_message_send(SOCKET, GENAUTH_MESSAGE_ASK, &records,
	    NULL, 0))
		;
	genauth_records_free(&records);
}

/* The person, or the test, waits for that. */
static void
mark(void)
{
	int fd = open(FOLDER "/mark", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		exit(2);
	close(fd);
}

static void
leave(void)
{
	exit(0);
}

static void
remember(void)
{
	again = at;
}

static void
go_back(void)
{
	at = again;
}

static const struct {
	char letter;
	void (*act)(void);
} acts[] = {
	{ 'R', ready }, { 't', take },
	{ 'q', ask }, { 'Q', ask_in_own_words }, { 'T', ask_with_talk },
	{ 'W', ask_in_a_word },
	{ 'U', ask_in_other_letters }, { 'L', ask_at_length },
	{ 'a', accept_it }, { 'd', refuse },
	{ 'n', accept_without_factor }, { 'g', accept_for_grace },
	{ 'f', flood }, { 'F', flood_with_questions },
	{ '!', mark }, { 'x', leave }, { '(', remember }, { ')', go_back },
};

static void
act(char letter)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (acts[i].letter == letter) {
			acts[i].act();
			return;
		}
	exit(2);
}

int
main(void)
{
	static char says[256];
	FILE *file = fopen(FOLDER "/says", "r");

	if (file == NULL || fgets(says, sizeof(says), file) == NULL)
		return 2;
	fclose(file);
	for (at = says; *at != '\0'; )
		act(*at++);
	for (;;)
		take();
}
