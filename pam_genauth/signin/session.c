/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/session.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "genauth/revoke.h"
#include "signin/operations.h"
#include "signin/person.h"

/* START comes at once; it does not wait for a person. */
#define START_LIMIT_MS 10000

/*
 * How often a connection that the server closed, or that is too old, is made
 * ready again; whoever types longer waits for a new one.
 */
#define PREPARE_LIMIT 8

/*
 * No person types a password within this time; a program that answers, as
 * sshd's method "password" does, has done so by then, even on a busy machine.
 */
#define AT_ONCE_MS 100

static bool
say_ready(const struct genauth_session *session)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "version", PACKAGE_VERSION);
	return genauth_operations_say(session, GENAUTH_MESSAGE_READY, &records);
}

static void
say_exchange(void *data, const char *json)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "json", json);
	genauth_operations_say(data, GENAUTH_MESSAGE_EXCHANGE, &records);
}

static bool
receive_start(struct genauth_session *session, struct genauth_failure *failure)
{
	struct genauth_message message;
	bool done = genauth_message_receive(session->fd, true, &message,
	    genauth_clock_ms() + START_LIMIT_MS) == GENAUTH_RECEIVED &&
	    message.kind == GENAUTH_MESSAGE_START &&
	    genauth_files_take(&session->files, &message);

	if (done)
		done = genauth_question_get_start(&message.records,
		    &session->start, &session->options, failure);
	else
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "genauth-signin got no options");
	genauth_message_free(&message);
	return done;
}

/* Whoever asks a spare may live in another root, as in a container. */
static bool
check_start(struct genauth_session *session, struct genauth_failure *failure)
{
	struct genauth_options *options = &session->options;

	if (!session->confinement->is_spare ||
	    genauth_options_fit_socket(options))
		return true;
	/* Not even to refuse. */
	free(options->helper_user);
	options->helper_user = NULL;
	return genauth_failure_set(failure, GENAUTH_INTERNAL, "ca_path and "
	    "helper_user = root are not for a helper at the socket");
}

/* Root's, else the cached one, which START holds. */
static bool
take_password_key(struct genauth_session *session,
    struct genauth_failure *failure)
{
	if (!genauth_files_read(&session->files, &session->options,
	    GENAUTH_FILES_PASSWORD_KEY, &session->key.text, failure))
		return false;
	session->key.pinned = session->key.text.data != NULL;
	if (session->key.pinned)
		return true;
	session->key.text = session->start.password_key;
	session->start.password_key = (struct genauth_secret){ 0 };
	return true;
}

/*
 * Takes START and gives up all rights; that also when it cannot go on, since
 * it then still waits to say so.
 */
static bool
get_ready(struct genauth_session *session, struct genauth_failure *failure)
{
	const struct genauth_options *options = &session->options;
	struct genauth_failure unconfined;
	bool done = receive_start(session, failure);

	done = check_start(session, failure) && done;
	session->confinement->outlives =
	    options->revoke_tokens != GENAUTH_REVOKE_NO;
	if (!genauth_confine(options->helper_user, options->helper_seccomp,
	    session->confinement, &unconfined)) {
		if (done)
			*failure = unconfined;
		return false;
	}
	if (!done || (session->http = genauth_http_new(options,
	    &session->files, session->fd, failure)) == NULL)
		return false;
	if (!take_password_key(session, failure))
		return false;
	session->record = (struct genauth_record){ .options = options,
	    .sink = say_exchange, .data = session };
	if (session->start.record)
		genauth_http_observe(session->http,
		    (struct genauth_http_observer){ genauth_record_exchange,
		    &session->record });
	return true;
}

static bool
is_answered_at_once(const struct genauth_session *session)
{
	struct pollfd polled = { .fd = session->fd, .events = POLLIN };

	return poll(&polled, 1, AT_ONCE_MS) != 0;
}

/* Until the connection, if there is one, is too old, or it is too late. */
static int
wait_for(const struct genauth_session *session, bool is_connected)
{
	int left = genauth_clock_left(session->deadline);

	return is_connected && left > GENAUTH_HTTP_AGE ? GENAUTH_HTTP_AGE :
	    left;
}

/*
 * Makes the connection ready while the person types, and again whenever the
 * server has closed it meanwhile, or it is too old to be trusted.  Returns once
 * there is a message, or to wait for it.
 */
static void
prepare_until_asked(struct genauth_session *session)
{
	struct pollfd polled[2] = {
		{ .fd = session->fd, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};

	for (int i = 0; i < PREPARE_LIMIT &&
	    genauth_clock_left(session->deadline) > 0 &&
	    !is_answered_at_once(session); i++) {
		genauth_operations[session->start.operation].prepare(session);
		/* -1, no connection: poll leaves it out. */
		polled[1].fd = genauth_http_socket(session->http);
		poll(polled, 2, wait_for(session, polled[1].fd >= 0));
	}
}

/*
 * Waits for the question and answers it; or, with a failure, only says so
 * then: an answer before the question could be lost, since a socket that is
 * closed with something unread resets its peer.
 */
static bool
answer_question(struct genauth_session *session,
    const struct genauth_failure *failure)
{
	const struct genauth_operations_row *operation =
	    &genauth_operations[session->start.operation];
	struct genauth_answer answer = { 0 };
	struct genauth_message message;
	bool asked = genauth_message_receive(session->fd, false, &message,
	    session->deadline) == GENAUTH_RECEIVED &&
	    message.kind == operation->question;
	bool sent;

	if (asked && failure != NULL)
		genauth_answer_refuse(&answer, failure->verdict,
		    failure->text);
	else if (asked)
		asked = operation->answer(session, &message.records, &answer);
	genauth_message_free(&message);
	snprintf(answer.weaker, sizeof(answer.weaker), "%s",
	    session->confinement->weaker);
	sent = asked && genauth_operations_say_result(session, &answer);
	if (sent && answer.verdict == GENAUTH_OK && operation->follow != NULL)
		sent = operation->follow(session);
	genauth_answer_free(&answer);
	return sent;
}

/* Nobody waits for that, or asks anything any more. */
static void
revoke_unused(struct genauth_session *session)
{
	if (session->unused.data == NULL)
		return;
	genauth_http_detach(session->http);
	genauth_revoke(session->http, &session->options, &session->unused);
}

bool
genauth_session_run(int fd, struct genauth_confinement *confinement,
    bool is_last)
{
	struct genauth_session session = { .fd = fd, .confinement = confinement,
	    .files = GENAUTH_FILES_NONE };
	struct genauth_failure failure;
	bool ready, sent = false;

	if (genauth_options_init(&session.options) && say_ready(&session)) {
		ready = get_ready(&session, &failure);
		session.deadline = session.start.prepare ?
		    genauth_clock_ms() + GENAUTH_PERSON_LIMIT_MS : -1;
		if (ready && session.start.prepare &&
		    genauth_operations[session.start.operation].prepare !=
		    NULL)
			prepare_until_asked(&session);
		sent = answer_question(&session, ready ? NULL : &failure);
	}
	if (sent)
		revoke_unused(&session);
	genauth_secret_free(&session.unused);
	explicit_bzero(&session.question, sizeof(session.question));
	genauth_secret_free(&session.access_token);
	genauth_password_key_free(&session.key);
	genauth_secret_free(&session.start.password_key);
	if (!is_last)
		genauth_http_free(session.http);
	genauth_files_close(&session.files);
	genauth_options_free(&session.options);
	return sent;
}
