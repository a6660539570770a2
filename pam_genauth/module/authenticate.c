/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/authenticate.h"

#include <string.h>

#include "common/pam_codes.h"
#include "module/attempt.h"
#include "module/conversation.h"
#include "module/export.h"

/* The environment, the log line, the message, the PAM code. */
static int
conclude(const struct genauth_context *context, struct genauth_answer *answer)
{
	if (answer->verdict == GENAUTH_OK &&
	    !genauth_export_tokens(context, answer))
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "the PAM environment cannot be set");
	genauth_attempt_conclude(context, answer);
	return genauth_pam_codes_of(answer->verdict);
}

/* Where the password comes from; one for each kind of person. */
struct source {
	const struct genauth_context *context;
	/*
	 * The password that the stack held, if any: ours, since the prompt
	 * replaces the stack's.
	 */
	struct genauth_secret stacked;
	const char *refused;	/* what was refused already, or NULL */
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
	return password;
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
	const struct genauth_attempt attempt = { .context = context,
	    .types = types, .password = types ? take_typed : take_stacked,
	    .decided = decide, .data = source };

	/* Until it is decided: 0 is PAM_SUCCESS. */
	source->code = PAM_SYSTEM_ERR;
	genauth_attempt_sign_in(&attempt, answer);
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
	const char *stacked = genauth_conversation_stacked(context,
	    PAM_AUTHTOK);
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
