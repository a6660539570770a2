/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/authenticate.h"

#include <string.h>

#include "common/pam_codes.h"
#include "login/login.h"
#include "login/status.h"
#include "module/caller.h"
#include "module/conversation.h"
#include "module/export.h"
#include "module/prepare.h"

/* The log line, the environment, the message, the PAM code. */
static int
conclude(const struct genauth_context *context, struct genauth_answer *answer)
{
	const struct genauth_status *status;
	bool by_user = genauth_caller_is_user();

	if (answer->verdict == GENAUTH_OK &&
	    !genauth_export_tokens(context, answer))
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "the PAM environment cannot be set");
	status = genauth_status_of(answer->verdict);
	genauth_context_log(context, answer);
	/* Ordinary users can bring about each fault, by their limits. */
	if ((status->delay || (by_user && answer->verdict != GENAUTH_OK)) &&
	    !context->line.nodelay)
		pam_fail_delay(context->pamh, GENAUTH_CALLER_DELAY_MS * 1000);
	genauth_conversation_show(context, status->message);
	return genauth_pam_codes_of(answer->verdict);
}

/* Where the password comes from; one for each kind of person. */
struct source {
	const struct genauth_context *context;
	/*
	 * The password that the stack held, if any, and what was typed: ours,
	 * since a host can change the stack's while it asks for a code.
	 */
	struct genauth_secret stacked, typed;
	const char *refused;	/* what was refused already, or NULL */
	struct timespec turn;	/* of the caller, where that is a user */
	int code;		/* of PAM, once it is decided */
};

static const char *
take_stacked(void *data, struct genauth_failure *failure)
{
	const struct source *source = data;

	if (source->stacked.data == NULL)
		genauth_failure_set(failure, GENAUTH_DENIED,
		    "use_first_pass, but the stack holds no password");
	return source->stacked.data;
}

static const char *
take_typed(void *data, struct genauth_failure *failure)
{
	struct source *source = data;
	const char *password = genauth_conversation_prompt(source->context,
	    failure);

	if (password == NULL)
		return NULL;
	/* A client that types by itself; each try counts at GenAuth. */
	if (source->refused != NULL &&
	    strcmp(password, source->refused) == 0) {
		genauth_failure_set(failure, GENAUTH_DENIED,
		    "the same password once more; not sent again");
		return NULL;
	}
	if (!genauth_secret_set(&source->typed, password, strlen(password)))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	return source->typed.data;
}

static void
log_step(void *data, const char *text)
{
	const struct source *source = data;

	genauth_context_debug(source->context, "%s", text);
}

/*
 * Whoever has called su can kill it before there is an answer: that is known
 * from now on, and the next try waits.
 */
static bool
announce(void *data, struct genauth_failure *failure)
{
	struct source *source = data;

	/* With "nodelay", a service that asks for many people at once. */
	if (!source->context->line.nodelay &&
	    !genauth_caller_wait(&source->turn))
		return genauth_failure_set(failure, GENAUTH_THROTTLED,
		    "the caller has too many attempts waiting");
	genauth_context_log_attempt(source->context);
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
	struct source *source = data;

	genauth_context_log_ask(source->context,
	    genauth_prompt_is_again(ask->prompt));
	return genauth_conversation_ask(source->context, ask, reply,
	    failure) && (!genauth_caller_is_user() || announce(data, failure));
}

static void
decide(void *data, struct genauth_answer *answer)
{
	struct source *source = data;

	source->code = conclude(source->context, answer);
}

/* The PAM code; the caller frees answer. */
static int
log_in(const struct genauth_context *context, struct source *source,
    bool types, struct genauth_answer *answer)
{
	const struct genauth_login login = { .options = &context->options,
	    .user = context->user, .service = context->service,
	    .entry = context->entry, .rhost = context->rhost,
	    .prepared = genauth_prepare_find(context->pamh) };
	bool by_user = genauth_caller_is_user();
	const struct genauth_person person = { .data = source, .types = types,
	    .may_prepare = types && (!by_user || genauth_caller_may_prepare()),
	    .is_asked_always = types, .step = log_step, .decided = decide,
	    .sends = by_user ? announce : NULL,
	    .password = types ? take_typed : take_stacked,
	    .reply = take_reply };

	/* Until it is decided: 0 is PAM_SUCCESS. */
	source->code = PAM_SYSTEM_ERR;
	genauth_login(&login, &person, answer);
	genauth_secret_free(&source->typed);
	if (by_user && answer->verdict == GENAUTH_OK)
		genauth_caller_succeeded(&source->turn);
	return source->code;
}

/*
 * Whether the person is to be asked after the password of the stack: also who
 * is not served, as who is denied.  Where a factor was asked for, GenAuth had
 * accepted the password.
 */
static bool
is_asked_again(const struct genauth_context *context,
    const struct source *source, const struct genauth_answer *answer)
{
	return (answer->verdict == GENAUTH_DENIED ||
	    answer->verdict == GENAUTH_SKIP) && source->stacked.data != NULL &&
	    context->line.try_first_pass &&
	    answer->factor == GENAUTH_FACTOR_NONE;
}

/* The PAM code. */
static int
log_in_twice(const struct genauth_context *context, struct source *source)
{
	bool types = source->stacked.data == NULL &&
	    !context->line.use_first_pass;
	struct genauth_answer answer;
	int code = log_in(context, source, types, &answer);
	bool again = is_asked_again(context, source, &answer);

	genauth_answer_free(&answer);
	if (!again)
		return code;
	source->refused = source->stacked.data;
	code = log_in(context, source, true, &answer);
	genauth_answer_free(&answer);
	return code;
}

int
genauth_authenticate(const struct genauth_context *context)
{
	struct source source = { .context = context };
	const char *stacked = genauth_conversation_stacked(context);
	struct genauth_failure failure;
	int code;

	if (stacked != NULL && !genauth_secret_set(&source.stacked, stacked,
	    strlen(stacked))) {
		genauth_failure_set(&failure, GENAUTH_INTERNAL,
		    "out of memory");
		return genauth_authenticate_refuse(context, &failure);
	}
	code = log_in_twice(context, &source);
	genauth_secret_free(&source.stacked);
	return code;
}

int
genauth_authenticate_refuse(const struct genauth_context *context,
    const struct genauth_failure *failure)
{
	struct genauth_answer answer = { 0 };

	genauth_answer_refuse(&answer, failure->verdict, failure->text);
	return conclude(context, &answer);
}
