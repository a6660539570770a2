/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/attempt.h"

#include <string.h>

#include "common/intl.h"
#include "login/call.h"
#include "login/login.h"
#include "login/status.h"
#include "module/caller.h"
#include "module/conversation.h"
#include "module/prepare.h"

/* One sign-in. */
struct course {
	const struct genauth_attempt *attempt;
	struct timespec turn;	/* of the caller, where that is a user */
	/* Ours: a host can change the stack's while it asks for a code. */
	struct genauth_secret password;
};

static const char *
take_password(void *data, struct genauth_failure *failure)
{
	struct course *course = data;
	const struct genauth_attempt *attempt = course->attempt;
	const char *password = attempt->password(attempt->data, failure);

	if (password == NULL)
		return NULL;
	if (!genauth_secret_set(&course->password, password,
	    strlen(password)))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	return course->password.data;
}

static void
log_step(void *data, const char *text)
{
	const struct course *course = data;

	genauth_context_debug(course->attempt->context, "%s", text);
}

/*
 * Whoever has called su can kill it before there is an answer: that is known
 * from now on, and the next try waits.
 */
static bool
announce(void *data, struct genauth_failure *failure)
{
	struct course *course = data;
	const struct genauth_context *context = course->attempt->context;

	/* With "nodelay", a service that asks for many people at once. */
	if (!context->line.nodelay && !genauth_caller_wait(&course->turn))
		return genauth_failure_set(failure, GENAUTH_THROTTLED,
		    "the caller has too many attempts waiting");
	genauth_context_log_attempt(context, "asking GenAuth");
	return true;
}

/*
 * A code can be guessed as a password can: it waits for its turn too, and is
 * known of.
 */
static bool
take_reply(void *data, const struct genauth_ask *ask,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	const struct course *course = data;
	const struct genauth_context *context = course->attempt->context;

	genauth_context_log_ask(context,
	    genauth_prompt_is_again(ask->prompt));
	return genauth_conversation_ask(context, ask, reply, failure) &&
	    (!genauth_caller_is_user() || announce(data, failure));
}

static void
decide(void *data, struct genauth_answer *answer)
{
	const struct genauth_attempt *attempt =
	    ((struct course *)data)->attempt;

	if (attempt->decided != NULL)
		attempt->decided(attempt->data, answer);
}

static void
refuse(struct genauth_answer *answer, enum genauth_verdict verdict,
    const char *reason)
{
	*answer = (struct genauth_answer){ 0 };
	genauth_answer_refuse(answer, verdict, reason);
}

void
genauth_attempt_sign_in(const struct genauth_attempt *attempt,
    struct genauth_answer *answer)
{
	const struct genauth_context *context = attempt->context;
	struct course course = { .attempt = attempt };
	bool types = attempt->types, logs_in = attempt->changes == NULL;
	bool by_user = genauth_caller_is_user();
	const struct genauth_login login = { .options = &context->options,
	    .user = context->user, .service = context->service,
	    .entry = context->entry, .rhost = context->rhost,
	    .prepared = logs_in ? genauth_prepare_find(context->pamh) : NULL,
	    .changes = attempt->changes };
	const struct genauth_person person = { .data = &course, .types = types,
	    .may_prepare = types && (!by_user || genauth_caller_may_prepare()),
	    .is_asked_always = types && logs_in, .step = log_step,
	    .decided = decide,
	    .sends = by_user ? announce : NULL, .password = take_password,
	    .reply = take_reply };

	if (!context->calls)
		genauth_login(&login, &person, answer);
	else if (logs_in)
		genauth_call_login(&login, &person, answer);
	else
		refuse(answer, GENAUTH_CONFIG, "the options may not be read");
	genauth_secret_free(&course.password);
	if (by_user && answer->verdict == GENAUTH_OK)
		genauth_caller_succeeded(&course.turn);
}

static void
write_log(const struct genauth_context *context,
    const struct genauth_answer *answer)
{
	bool by_user = genauth_caller_is_user();

	genauth_context_log(context, answer);
	/* Ordinary users can bring about each fault, by their limits. */
	if ((genauth_status_of(answer->verdict)->delay ||
	    (by_user && answer->verdict != GENAUTH_OK)) &&
	    !context->line.nodelay)
		pam_fail_delay(context->pamh, GENAUTH_CALLER_DELAY_MS * 1000);
}

void
genauth_attempt_conclude(const struct genauth_context *context,
    const struct genauth_answer *answer)
{
	write_log(context, answer);
	genauth_conversation_show(context,
	    genauth_status_of(answer->verdict)->message);
}

/* ---- a change ------------------------------------------------------------ */

/* What GenAuth has against it; all but DENIED is not about the new one. */
static void
tell_why(const struct genauth_context *context,
    const struct genauth_answer *answer, const char *remark)
{
	static const char refused[] =
	    N_("GenAuth does not take the new password");

	if (answer->verdict != GENAUTH_DENIED || answer->status_code < 400 ||
	    answer->status_code >= 500) {
		genauth_conversation_show(context,
		    genauth_status_of(answer->verdict)->message);
		genauth_conversation_pass_on(context, remark);
	} else if (remark[0] != '\0') {
		genauth_conversation_quote(context, refused, remark);
	} else {
		genauth_conversation_show(context, refused);
	}
}

/* passwd(1) of Debian ends with "password unchanged", whatever has failed. */
static void
tell_what_holds(const struct genauth_context *context,
    enum genauth_holds holds)
{
	if (holds == GENAUTH_HOLDS_OLD)
		genauth_conversation_show(context,
		    N_("Your GenAuth password is unchanged."));
	else if (holds == GENAUTH_HOLDS_UNKNOWN)
		genauth_conversation_show(context, N_("It is not known whether "
		    "GenAuth has changed your password, whatever is said "
		    "after this. Try the new one first, then the old one."));
}

void
genauth_attempt_conclude_change(const struct genauth_context *context,
    const struct genauth_answer *answer, const char *remark)
{
	write_log(context, answer);
	if (answer->verdict == GENAUTH_OK)
		return;
	tell_why(context, answer, remark);
	tell_what_holds(context, answer->holds);
}
