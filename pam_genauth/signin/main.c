/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth-signin: the half of pam_genauth that speaks to the network.  Started
 * by pam_genauth.so with a socket as descriptor 0 and an empty environment.
 *
 *     module → helper    the options; public_key if it is cached; prepare
 *     module → helper    account, password, client_ip, deadline; record
 *     helper → module    exchange, one message for each request, with "record"
 *     helper → module    the answer
 *
 * With "prepare", the second message comes when the person has typed the
 * password; until then the connection to GenAuth is made ready.  End-of-file
 * ends the process.
 */
#include <sys/socket.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/answer.h"
#include "common/clock.h"
#include "common/options.h"
#include "common/records.h"
#include "genauth/http.h"
#include "genauth/record.h"
#include "genauth/signin.h"
#include "signin/confine.h"

#define MODULE_FD STDIN_FILENO

/* The module sends the options at once; they do not wait for a person. */
#define OPTIONS_LIMIT_MS 10000

/* How often a connection that the server closed is made ready again. */
#define PREPARE_LIMIT 8

/* One record of the first message. */
static bool
take_option(struct genauth_options *options, struct genauth_signin_key *key,
    bool *prepare, const char *name, const struct genauth_secret *text,
    struct genauth_failure *failure)
{
	if (strcmp(name, "prepare") == 0) {
		*prepare = true;
		return true;
	}
	if (strcmp(name, "public_key") == 0)
		return genauth_secret_set(&key->text, text->data,
		    text->length) || genauth_failure_set(failure,
		    GENAUTH_INTERNAL, "out of memory");
	return genauth_options_decode(options, name, text->data, failure);
}

static bool
receive_options(struct genauth_options *options,
    struct genauth_signin_key *key, bool *prepare,
    struct genauth_failure *failure)
{
	struct genauth_records records = { 0 };
	struct genauth_secret text = { 0 };
	size_t position = 0, length;
	char name[256];
	const char *value;
	bool done = false;

	if (genauth_records_receive(MODULE_FD, &records,
	    genauth_clock_ms() + OPTIONS_LIMIT_MS) != GENAUTH_RECEIVED) {
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "genauth-signin got no options");
		goto out;
	}
	while (genauth_records_next(&records, &position, name, &value,
	    &length)) {
		if (!genauth_secret_set(&text, value, length)) {
			genauth_failure_set(failure, GENAUTH_INTERNAL,
			    "out of memory");
			goto out;
		}
		if (!take_option(options, key, prepare, name, &text,
		    failure))
			goto out;
	}
	if (options->app_host == NULL ||
	    options->app_id == NULL) {
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "genauth-signin got incomplete options");
		goto out;
	}
	done = true;
out:
	genauth_secret_free(&text);
	genauth_records_free(&records);
	return done;
}

/*
 * No person types a password within this time; whoever answers by himself, as
 * sshd's method "password" does, has done so by then, even on a busy machine.
 */
#define AT_ONCE_MS 100

static bool
is_answered_at_once(void)
{
	struct pollfd polled = { .fd = MODULE_FD, .events = POLLIN };

	return poll(&polled, 1, AT_ONCE_MS) != 0;
}

/*
 * Makes the connection ready while the person types, and again whenever the
 * server has closed it meanwhile.  Returns once the module has something.
 */
static void
prepare_until_asked(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_signin_key *key)
{
	struct pollfd polled[2] = {
		{ .fd = MODULE_FD, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};

	for (int i = 0; i < PREPARE_LIMIT && !is_answered_at_once(); i++) {
		genauth_signin_prepare(http, options, key);
		/* -1, no connection: poll leaves it out. */
		polled[1].fd = genauth_http_socket(http);
		poll(polled, 2, -1);
	}
}

/* Reads the second message; false: there is none, or it is not well-formed. */
static bool
receive_credentials(struct genauth_records *records, char *account,
    size_t account_size, char *password, size_t password_size,
    char *client_ip, size_t client_ip_size, long long *deadline)
{
	size_t length;

	return genauth_records_receive(MODULE_FD, records, -1) ==
	    GENAUTH_RECEIVED &&
	    genauth_records_get_text(records, "account", account,
	    account_size) && account[0] != '\0' &&
	    genauth_records_get_text(records, "password", password,
	    password_size) && password[0] != '\0' &&
	    (genauth_records_find(records, "client_ip", &length) == NULL ||
	    genauth_records_get_text(records, "client_ip", client_ip,
	    client_ip_size)) &&
	    genauth_records_get_number(records, "deadline", deadline);
}

static void
send_exchange(void *data, const char *json)
{
	struct genauth_records records = { 0 };

	(void)data;
	genauth_records_add_text(&records, "exchange", json);
	genauth_records_send(MODULE_FD, &records);
	genauth_records_free(&records);
}

/*
 * Waits for account and password and logs in with them; or, with a failure,
 * only says so then: an answer before the question could be lost, since a
 * socket that is closed with something unread resets its peer.
 */
static bool
answer_login(struct genauth_http *http, const struct genauth_options *options,
    struct genauth_signin_key *key, const struct genauth_failure *failure,
    struct genauth_answer *answer)
{
	struct genauth_records records = { 0 };
	char account[1024], password[1024], client_ip[64] = "";
	struct genauth_credentials credentials = { account, password, NULL };
	struct genauth_record record = { .options = options,
	    .sink = send_exchange };
	long long deadline;
	size_t length;
	bool asked;

	asked = receive_credentials(&records, account, sizeof(account),
	    password, sizeof(password), client_ip, sizeof(client_ip),
	    &deadline);
	if (asked && http != NULL &&
	    genauth_records_find(&records, "record", &length) != NULL)
		genauth_http_observe(http, (struct genauth_http_observer){
		    genauth_record_exchange, &record });
	genauth_records_free(&records);
	if (client_ip[0] != '\0')
		credentials.client_ip = client_ip;
	if (asked && failure != NULL)
		genauth_answer_refuse(answer, failure->verdict, failure->text);
	else if (asked)
		genauth_signin(http, options, &credentials, key, deadline,
		    answer);
	explicit_bzero(password, sizeof(password));
	return asked;
}

static bool
send_answer(const struct genauth_answer *answer)
{
	struct genauth_records records = { 0 };
	bool sent;

	genauth_answer_encode(answer, &records);
	sent = genauth_records_send(MODULE_FD, &records);
	genauth_records_free(&records);
	return sent;
}

/* A person who starts this by hand should learn what it is. */
static bool
is_started_by_module(void)
{
	int type = 0;
	socklen_t length = sizeof(type);

	if (getsockopt(MODULE_FD, SOL_SOCKET, SO_TYPE, &type, &length) == 0 &&
	    type == SOCK_SEQPACKET)
		return true;
	fprintf(stderr, "genauth-signin is started by pam_genauth.so and does "
	    "nothing by hand; see pam_genauth(8)\n");
	return false;
}

/*
 * Takes the options, reads the files that they name and gives up all rights;
 * that also when it cannot go on, since it then still waits to say so.
 */
static bool
get_ready(struct genauth_options *options, struct genauth_signin_key *key,
    bool *prepare, struct genauth_http **http, struct genauth_failure *failure)
{
	struct genauth_failure unconfined;
	bool done = receive_options(options, key, prepare, failure) &&
	    (*http = genauth_http_new(options, MODULE_FD, failure)) != NULL;

	if (genauth_confine(options->helper_user, options->helper_seccomp, &unconfined))
		return done;
	if (done)
		*failure = unconfined;
	return false;
}

int
main(void)
{
	struct genauth_answer answer = { 0 };
	struct genauth_options options = { 0 };
	struct genauth_signin_key key = { 0 };
	struct genauth_failure failure;
	struct genauth_http *http = NULL;
	bool ready, prepare = false, sent = false;

	if (!is_started_by_module())
		return 2;
	if (!genauth_confine_start() || !genauth_options_init(&options)) {
		genauth_options_free(&options);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);

	ready = get_ready(&options, &key, &prepare, &http, &failure);
	if (ready && prepare)
		prepare_until_asked(http, &options, &key);
	if (answer_login(http, &options, &key, ready ? NULL : &failure,
	    &answer))
		sent = send_answer(&answer);
	genauth_answer_free(&answer);
	genauth_secret_free(&key.text);
	genauth_http_free(http);
	genauth_options_free(&options);
	return sent ? 0 : 1;
}
