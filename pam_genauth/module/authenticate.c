/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/authenticate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/pam_codes.h"
#include "login/account.h"
#include "login/cache.h"
#include "login/helper.h"
#include "login/policy.h"
#include "login/status.h"
#include "module/conversation.h"

/* What a refused person waits before the next try, as with pam_unix. */
#define FAIL_DELAY_US 2000000

/* PAM_RHOST if it is an address; sshd may put a name there (UseDNS). */
static const char *
client_ip(const struct genauth_context *context)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (context->rhost == NULL || !context->options.forward_client_ip)
		return NULL;
	return inet_pton(AF_INET, context->rhost, address) == 1 ||
	    inet_pton(AF_INET6, context->rhost, address) == 1 ?
	    context->rhost : NULL;
}

static bool
start_helper(const struct genauth_context *context,
    struct genauth_helper *helper, bool prepare,
    struct genauth_failure *failure)
{
	struct genauth_secret key;
	bool started;

	genauth_cache_load(&context->options, &key);
	started = genauth_helper_start(helper, &context->options, key.data,
	    prepare, failure);
	genauth_secret_free(&key);
	return started;
}

/*
 * One attempt with one password.  helper is the one that was started before
 * the prompt, or none.
 */
static void
attempt(const struct genauth_context *context, struct genauth_helper *helper,
    const char *password, struct genauth_answer *answer)
{
	const char *fault = genauth_policy_refuses_password(password);
	struct genauth_failure failure;
	char account[512];

	if (fault != NULL) {
		genauth_answer_refuse(answer, GENAUTH_DENIED, fault);
		return;
	}
	if (!genauth_account_make(&context->options, context->user, account,
	    sizeof(account), &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
		return;
	}
	if (helper->pid == 0 && !start_helper(context, helper, false, &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
		return;
	}
	genauth_helper_ask(helper, account, password, client_ip(context),
	    context->options.timeout_ms, answer);
	genauth_cache_update(&context->options, answer);
}

/*
 * Asks for the password while the helper connects, then makes the attempt,
 * unless the password is the one that was refused already (NULL: none was).
 */
static void
prompt_and_attempt(const struct genauth_context *context, const char *refused,
    struct genauth_answer *answer, long long *start)
{
	struct genauth_helper helper = GENAUTH_HELPER_NONE;
	struct genauth_failure failure;
	const char *password;

	if (context->options.preconnect &&
	    !start_helper(context, &helper, true, &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
		return;
	}
	password = genauth_conversation_prompt(context, &failure);
	*start = genauth_clock_ms();
	if (password == NULL)
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	else if (refused != NULL && strcmp(password, refused) == 0)
		/* A client that types by itself; each try counts at GenAuth. */
		genauth_answer_refuse(answer, GENAUTH_DENIED,
		    "the same password once more; not sent again");
	else
		attempt(context, &helper, password, answer);
	genauth_helper_stop(&helper);
}

static void
attempt_with(const struct genauth_context *context, const char *password,
    struct genauth_answer *answer)
{
	struct genauth_helper helper = GENAUTH_HELPER_NONE;

	attempt(context, &helper, password, answer);
	genauth_helper_stop(&helper);
}

/*
 * Into the environment of the session what export_tokens asks for; what
 * GenAuth has not given is left out.  false: PAM does not take it.
 */
static bool
export_tokens(const struct genauth_context *context,
    const struct genauth_answer *answer)
{
	const struct {
		enum genauth_export_tokens word;
		const char *name, *variable;
		const struct genauth_secret *token;
	} tokens[] = {
		{ GENAUTH_EXPORT_ID_TOKEN, "id_token", "GENAUTH_ID_TOKEN",
		    &answer->id_token },
		{ GENAUTH_EXPORT_ACCESS_TOKEN, "access_token",
		    "GENAUTH_ACCESS_TOKEN", &answer->access_token },
	};

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		if (!(context->options.export_tokens &
		    GENAUTH_BIT(tokens[i].word)))
			continue;
		if (tokens[i].token->data == NULL)
			genauth_context_debug(context, "no %s in the reply "
			    "that could be exported", tokens[i].name);
		else if (!genauth_context_export(context, tokens[i].variable,
		    tokens[i].token))
			return false;
	}
	return true;
}

/* The log line, the environment, the message, the PAM code. */
static int
conclude(const struct genauth_context *context, struct genauth_answer *answer,
    long long start)
{
	const struct genauth_status *status;
	int code;

	if (answer->verdict == GENAUTH_OK &&
	    !export_tokens(context, answer)) {
		/* The first of two: nothing stays of a login that failed. */
		pam_putenv(context->pamh, "GENAUTH_ID_TOKEN");
		genauth_answer_free(answer);
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "the PAM environment cannot be set");
	}
	status = genauth_status_of(answer->verdict);
	code = genauth_pam_codes_of(answer->verdict);
	genauth_context_log(context, answer, genauth_clock_ms() - start);
	if (status->delay)
		pam_fail_delay(context->pamh, FAIL_DELAY_US);
	genauth_conversation_show(context, status->message);
	genauth_answer_free(answer);
	return code;
}

/*
 * Refuses a user who is none of ours.  He is asked for a password all the same
 * where others are, so that nobody can tell who is; it is left to the modules
 * behind.
 */
static int
skip(const struct genauth_context *context, const char *fault)
{
	struct genauth_answer answer = { 0 };
	struct genauth_failure ignored;

	if (genauth_conversation_stacked(context) == NULL &&
	    !context->line.use_first_pass)
		genauth_conversation_prompt(context, &ignored);
	genauth_answer_refuse(&answer, GENAUTH_SKIP, fault);
	return conclude(context, &answer, genauth_clock_ms());
}

/* The password of the stack, then, with try_first_pass, one of the person. */
static int
try_stacked(const struct genauth_context *context, const char *password,
    long long start)
{
	struct genauth_answer answer = { 0 };
	struct genauth_secret refused = { 0 };
	int code;

	attempt_with(context, password, &answer);
	if (answer.verdict != GENAUTH_DENIED || !context->line.try_first_pass)
		return conclude(context, &answer, start);

	/* The prompt replaces the stack's password, so keep it to compare. */
	if (!genauth_secret_set(&refused, password, strlen(password)))
		return conclude(context, &answer, start);
	conclude(context, &answer, start);
	prompt_and_attempt(context, refused.data, &answer, &start);
	code = conclude(context, &answer, start);
	genauth_secret_free(&refused);
	return code;
}

int
genauth_authenticate(struct genauth_context *context)
{
	long long start = genauth_clock_ms();
	struct genauth_answer answer = { 0 };
	const char *password, *fault;

	fault = genauth_policy_refuses_user(context->user, context->entry,
	    context->options.min_uid);
	if (fault != NULL)
		return skip(context, fault);

	password = genauth_conversation_stacked(context);
	genauth_context_debug(context, "user %s: password %s", context->user,
	    password != NULL ? "from the stack" : "to be prompted for");
	if (password != NULL)
		return try_stacked(context, password, start);
	if (context->line.use_first_pass)
		genauth_answer_refuse(&answer, GENAUTH_DENIED,
		    "use_first_pass, but the stack holds no password");
	else
		prompt_and_attempt(context, NULL, &answer, &start);
	return conclude(context, &answer, start);
}

int
genauth_authenticate_refuse(const struct genauth_context *context,
    const struct genauth_failure *failure)
{
	struct genauth_answer answer = { 0 };

	genauth_answer_refuse(&answer, failure->verdict, failure->text);
	return conclude(context, &answer, genauth_clock_ms());
}
