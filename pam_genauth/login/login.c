/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/login.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/files.h"
#include "login/account.h"
#include "login/cache.h"
#include "login/demands.h"
#include "login/grace.h"
#include "login/helper.h"
#include "login/host.h"
#include "login/policy.h"
#include "login/prepared.h"
#include "login/who.h"

static void __attribute__((format(printf, 2, 3)))
step(const struct genauth_person *person, const char *format, ...)
{
	char text[512];
	va_list arguments;

	if (person == NULL || person->step == NULL)
		return;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) > 0)
		person->step(person->data, text);
	va_end(arguments);
}

/* The address to forward, or NULL. */
static const char *
client_ip(const struct genauth_login *login, char out[INET6_ADDRSTRLEN])
{
	return login->rhost != NULL && login->options->forward_client_ip ?
	    genauth_host_address(login->rhost, out) : NULL;
}

/* What one login holds until it is over. */
struct course {
	const struct genauth_login *login;
	const struct genauth_person *person;
	struct genauth_files files;
	bool has_files;			/* they are open */
	struct genauth_account account;
	struct genauth_helper helper;
	long long start;	/* genauth_clock_ms, without the typing */
};

/* What genauth-signin is told; the caller frees start->password_key. */
static void
fill_start(const struct course *course, bool prepare,
    struct genauth_start *start)
{
	*start = (struct genauth_start){ .operation =
	    course->login->changes != NULL ? GENAUTH_OPERATION_PASSWORD :
	    GENAUTH_OPERATION_LOGIN, .prepare = prepare,
	    .record = course->person != NULL &&
	    course->person->exchange != NULL };
	if (!start->record)
		genauth_cache_load(course->login->options,
		    &start->password_key);
}

static void
tell_start(const struct course *course, const struct genauth_start *start,
    const struct genauth_failure *failure)
{
	if (failure->text[0] != '\0')
		step(course->person, "not the socket: %s", failure->text);
	step(course->person, "genauth-signin %s%s", course->helper.is_ready ?
	    "was waiting" : "started", start->prepare ?
	    ", makes a connection ready" : "");
}

/* Opens the files, unless they are open, and closes them. */
static bool
start_with(struct course *course, const struct genauth_start *start,
    struct genauth_failure *failure)
{
	const struct genauth_options *options = course->login->options;
	bool started;

	if (!course->has_files && !genauth_files_open(&course->files, options,
	    failure))
		return false;
	started = genauth_helper_start(&course->helper, start, options,
	    &course->files, failure);
	genauth_files_close(&course->files);
	course->has_files = false;
	if (started)
		tell_start(course, start, failure);
	return started;
}

static bool
start_helper(struct course *course, bool prepare,
    struct genauth_failure *failure)
{
	struct genauth_start start;
	bool started;

	fill_start(course, prepare, &start);
	started = start_with(course, &start, failure);
	genauth_secret_free(&start.password_key);
	return started;
}

/*
 * What was prepared is asked if it fits.  With other options it is left to a
 * line behind; of no use to any, it ends.
 */
static void
take_prepared(struct course *course)
{
	const struct genauth_login *login = course->login;
	struct genauth_prepared *prepared = login->prepared;
	struct genauth_start start;

	if (prepared == NULL)
		return;
	fill_start(course, true, &start);
	if (genauth_prepared_fits(prepared, login->user, login->service,
	    &start, login->options)) {
		course->helper = prepared->helper;
		prepared->helper = GENAUTH_HELPER_NONE;
		step(course->person, "genauth-signin was prepared");
	}
	genauth_secret_free(&start.password_key);
	if (!genauth_prepared_is_for(prepared, login->user, login->service))
		genauth_prepared_end(prepared);
}

/* What genauth-signin says meanwhile. */
struct listener {
	struct course *course;
	const char *password;
	bool replied;		/* the person, to a question */
	long long asked;	/* how many codes */
};

static void
hear_exchange(void *data, const char *json, size_t length)
{
	const struct genauth_person *person =
	    ((struct listener *)data)->course->person;

	person->exchange(person->data, json, length);
}

/* Why this is not asked; NULL: it is.  genauth-signin may be somebody else. */
static const char *
refuses_ask(const struct genauth_options *options,
    const struct genauth_ask *ask, long long asked)
{
	bool is_otp = ask->prompt == GENAUTH_PROMPT_OTP ||
	    ask->prompt == GENAUTH_PROMPT_OTP_AGAIN;

	if (options->mfa != GENAUTH_MFA_ASK && (!is_otp ||
	    options->second_factor == GENAUTH_SECOND_FACTOR_NONE))
		return "genauth-signin asks for a code that no option "
		    "demands";
	if (asked > options->mfa_tries)
		return "genauth-signin asks for more codes than mfa_tries";
	return NULL;
}

/* Hosts that only know the name and the password may give them for a code. */
static bool
hear_ask(void *data, const struct genauth_ask *ask,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	struct listener *listener = data;
	const struct genauth_person *person = listener->course->person;
	long long asked = genauth_clock_ms();
	const char *fault = refuses_ask(listener->course->login->options,
	    ask, ++listener->asked);
	bool replied;

	if (fault != NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL, "%s",
		    fault);
	step(person, "the person is asked: %s",
	    genauth_prompt_text(ask->prompt));
	replied = person->reply(person->data, ask, reply, failure);
	listener->course->start += genauth_clock_ms() - asked;
	if (!replied)
		return false;
	fault = genauth_policy_refuses_reply(reply->data,
	    listener->course->login->user, listener->password);
	listener->replied = listener->replied || fault == NULL;
	return fault == NULL || genauth_failure_set(failure, GENAUTH_DENIED,
	    "%s", fault);
}

/* An OK that lacks what was demanded is none, wherever that got lost. */
static void
check_demands(const struct course *course, const char *grace, bool replied,
    struct genauth_answer *answer)
{
	const struct genauth_demands demands = {
	    .options = course->login->options, .sub = course->account.sub,
	    .grace = grace, .replied = replied };
	const char *fault = answer->verdict == GENAUTH_OK ?
	    genauth_demands_lacks(&demands, answer) : NULL;

	if (fault != NULL)
		genauth_answer_refuse(answer, GENAUTH_INTERNAL, fault);
}

static void
ask_helper(struct course *course, const char *password,
    struct genauth_answer *answer)
{
	const struct genauth_options *options = course->login->options;
	const struct genauth_person *person = course->person;
	struct listener data = { .course = course, .password = password };
	const struct genauth_helper_listener listener = { .data = &data,
	    .exchange = person->exchange != NULL ? hear_exchange : NULL,
	    .ask = person->reply != NULL ? hear_ask : NULL };
	struct genauth_records question = { 0 };
	char address[INET6_ADDRSTRLEN], grace[GENAUTH_SUB_SIZE] = "";
	struct genauth_keep keep;

	step(person, "account %s: GenAuth is asked", course->account.name);
	genauth_question_add_login(course->account.name, password,
	    client_ip(course->login, address), options->timeout_ms, &question);
	/* Whoever found a session open is not to become its owner. */
	if (course->login->changes == NULL)
		genauth_grace_find(course->login, grace);
	genauth_question_add_grace(grace, &question);
	genauth_question_add_sub(course->account.sub, &question);
	genauth_helper_ask(&course->helper, &question, options->timeout_ms,
	    &listener, &keep, answer);
	check_demands(course, grace, data.replied, answer);
	genauth_records_free(&question);
	step(person, "the connection took %lld ms (dns %lld, connect %lld, "
	    "tls %lld), the reply %lld ms", answer->dns_ms +
	    answer->connect_ms + answer->tls_ms, answer->dns_ms,
	    answer->connect_ms, answer->tls_ms, answer->wait_ms);
	genauth_grace_update(course->login, data.replied, answer);
	genauth_cache_update(options, &keep);
	genauth_keep_free(&keep);
}

/* What can be done, and can fail, before anybody types. */
static bool
get_ready(struct course *course, struct genauth_failure *failure)
{
	const struct genauth_login *login = course->login;
	const struct genauth_person *person = course->person;
	bool prepare = person->types && person->may_prepare &&
	    login->options->preconnect && person->exchange == NULL;

	step(person, "user %s: password %s", login->user, person->types ?
	    "to be prompted for" : "from the stack");
	take_prepared(course);
	prepare = prepare && course->helper.fd < 0;
	course->has_files = genauth_account_make(login, &course->account,
	    failure) && genauth_files_open(&course->files, login->options,
	    failure);
	return course->has_files && (!prepare || start_helper(course, true,
	    failure));
}

/* As those who are not served, so that nobody can tell who is. */
static void
ask_for_nothing(struct course *course)
{
	const struct genauth_person *person = course->person;
	struct genauth_failure ignored;

	if (!person->is_asked_always)
		return;
	person->password(person->data, &ignored);
	course->start = genauth_clock_ms();
}

/* false: GenAuth is not asked, and failure says why. */
static bool
ask(struct course *course, struct genauth_answer *answer,
    struct genauth_failure *failure)
{
	const struct genauth_person *person = course->person;
	const char *password;

	if (!get_ready(course, failure)) {
		ask_for_nothing(course);
		return false;
	}
	password = genauth_policy_take_password(person, failure);
	if (password != NULL && person->sends != NULL &&
	    !person->sends(person->data, failure))
		password = NULL;
	if (person->types || person->sends != NULL)
		course->start = genauth_clock_ms();
	if (password == NULL)
		return false;
	/* Somebody who typed for very long: it has ended by itself. */
	if (!genauth_helper_is_waiting(&course->helper)) {
		genauth_helper_stop(&course->helper);
		if (!start_helper(course, false, failure))
			return false;
	}
	ask_helper(course, password, answer);
	return true;
}

void
genauth_login(const struct genauth_login *login,
    const struct genauth_person *person, struct genauth_answer *answer)
{
	struct course course = { .login = login, .person = person,
	    .files = GENAUTH_FILES_NONE, .helper = GENAUTH_HELPER_NONE,
	    .start = genauth_clock_ms() };
	struct genauth_failure failure;

	*answer = (struct genauth_answer){ 0 };
	if (!genauth_who_is_served(login, &failure)) {
		ask_for_nothing(&course);
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	} else if (!ask(&course, answer, &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	}
	answer->total_ms = genauth_clock_ms() - course.start;
	if (login->changes != NULL && answer->verdict == GENAUTH_OK) {
		*login->changes = course.helper;
		course.helper = GENAUTH_HELPER_NONE;
	}
	/* One that has said nothing has nothing to do. */
	if (login->options->revoke_tokens == GENAUTH_REVOKE_UNUSED &&
	    answer->http_status != 0)
		genauth_helper_let_go(&course.helper);
	else
		genauth_helper_dismiss(&course.helper);
	/* Meanwhile it ends. */
	if (person->decided != NULL)
		person->decided(person->data, answer);
	genauth_helper_stop(&course.helper);
	genauth_files_close(&course.files);
}

bool
genauth_login_prepare(const struct genauth_login *login,
    struct genauth_prepared *prepared, struct genauth_failure *failure)
{
	struct course course = { .login = login, .files = GENAUTH_FILES_NONE,
	    .helper = GENAUTH_HELPER_NONE };
	struct genauth_start start;
	bool done;

	if (!genauth_who_is_served(login, failure) ||
	    !genauth_account_make(login, &course.account, failure))
		return false;
	fill_start(&course, true, &start);
	done = (genauth_prepared_set(prepared, login->user, login->service,
	    &start, login->options) || genauth_failure_set(failure,
	    GENAUTH_INTERNAL, "out of memory")) &&
	    start_with(&course, &start, failure);
	genauth_secret_free(&start.password_key);
	prepared->helper = course.helper;
	return done;
}
