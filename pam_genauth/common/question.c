/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/question.h"

#include <string.h>

#include "common/answer.h"
#include "common/message.h"

/* In front of the name of a record that is an option. */
#define OPTION "option."

static const char *const operations[GENAUTH_OPERATION_COUNT] = {
	[GENAUTH_OPERATION_LOGIN] = "login",
	[GENAUTH_OPERATION_CHECK] = "check",
	[GENAUTH_OPERATION_PASSWORD] = "password",
};

void
genauth_question_add_start(const struct genauth_start *start,
    const struct genauth_options *options, struct genauth_records *records)
{
	genauth_records_add_text(records, "operation",
	    operations[start->operation]);
	genauth_records_add_text(records, "password_key",
	    start->password_key.data);
	genauth_records_add_text(records, "prepare",
	    start->prepare ? "yes" : NULL);
	genauth_records_add_text(records, "record",
	    start->record ? "yes" : NULL);
	genauth_options_encode(options, OPTION, records);
}

static bool
has(const struct genauth_records *records, const char *name)
{
	size_t length;

	return genauth_records_find(records, name, &length) != NULL;
}

static bool
get_operation(const struct genauth_records *records,
    struct genauth_start *start, struct genauth_failure *failure)
{
	char name[32];

	genauth_records_get_text(records, "operation", name, sizeof(name));
	for (int i = 0; i < GENAUTH_OPERATION_COUNT; i++)
		if (strcmp(operations[i], name) == 0) {
			start->operation = (enum genauth_operation)i;
			return true;
		}
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    GENAUTH_MESSAGE_DIFFER " (operation %s)", name);
}

static bool
get_key(const struct genauth_records *records, struct genauth_secret *key,
    struct genauth_failure *failure)
{
	size_t length;
	const char *text = genauth_records_find(records, "password_key",
	    &length);

	if (text == NULL || (genauth_answer_can_hold_key(text, length) &&
	    genauth_secret_set(key, text, length)))
		return true;
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "genauth-signin got a key that cannot be used");
}

/* All records whose name begins as an option does. */
static bool
get_options(const struct genauth_records *records,
    struct genauth_options *options, struct genauth_failure *failure)
{
	struct genauth_secret text = { 0 };
	size_t position = 0, length;
	char name[256];
	const char *value;
	bool done = true;

	while (done && genauth_records_next(records, &position, name, &value,
	    &length)) {
		if (strncmp(name, OPTION, strlen(OPTION)) != 0)
			continue;
		if (!genauth_secret_set(&text, value, length))
			done = genauth_failure_set(failure, GENAUTH_INTERNAL,
			    "out of memory");
		else
			done = genauth_options_decode(options,
			    name + strlen(OPTION), text.data, failure);
	}
	genauth_secret_free(&text);
	if (done && (options->app_host == NULL || options->app_id == NULL))
		done = genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "genauth-signin got incomplete options");
	return done;
}

bool
genauth_question_get_start(const struct genauth_records *records,
    struct genauth_start *start, struct genauth_options *options,
    struct genauth_failure *failure)
{
	*start = (struct genauth_start){ .prepare = has(records, "prepare"),
	    .record = has(records, "record") };
	return get_operation(records, start, failure) &&
	    get_key(records, &start->password_key, failure) &&
	    get_options(records, options, failure);
}

void
genauth_question_add_login(const char *account, const char *password,
    const char *client_ip, long long timeout_ms,
    struct genauth_records *records)
{
	genauth_records_add_text(records, "account", account);
	genauth_records_add_text(records, "password", password);
	genauth_records_add_text(records, "client_ip", client_ip);
	genauth_records_add_number(records, "timeout_ms", timeout_ms);
}

void
genauth_question_add_grace(const char *sub, struct genauth_records *records)
{
	if (sub[0] != '\0')
		genauth_records_add_text(records, "grace", sub);
}

void
genauth_question_add_sub(const char *sub, struct genauth_records *records)
{
	if (sub[0] != '\0')
		genauth_records_add_text(records, "sub", sub);
}

static bool
get_timeout(const struct genauth_records *records, long long *timeout_ms)
{
	return genauth_records_get_number(records, "timeout_ms", timeout_ms) &&
	    *timeout_ms > 0 && *timeout_ms <= GENAUTH_QUESTION_TIMEOUT;
}

/* One that is malformed must not come out as "any". */
static bool
get_sub(const struct genauth_records *records, char sub[GENAUTH_SUB_SIZE])
{
	return !has(records, "sub") || (genauth_records_get_text(records,
	    "sub", sub, GENAUTH_SUB_SIZE) && sub[0] != '\0' &&
	    genauth_answer_can_hold_sub(sub));
}

bool
genauth_question_get_login(const struct genauth_records *records,
    struct genauth_question *question)
{
	*question = (struct genauth_question){ 0 };
	return genauth_records_get_text(records, "account", question->account,
	    sizeof(question->account)) && question->account[0] != '\0' &&
	    genauth_records_get_text(records, "password", question->password,
	    sizeof(question->password)) && question->password[0] != '\0' &&
	    (!has(records, "client_ip") || genauth_records_get_text(records,
	    "client_ip", question->client_ip, sizeof(question->client_ip))) &&
	    (!has(records, "grace") || genauth_records_get_text(records,
	    "grace", question->grace, sizeof(question->grace))) &&
	    get_sub(records, question->sub) &&
	    get_timeout(records, &question->timeout_ms);
}

void
genauth_question_add_change(const char *password, long long timeout_ms,
    struct genauth_records *records)
{
	genauth_records_add_text(records, "password", password);
	genauth_records_add_number(records, "timeout_ms", timeout_ms);
}

bool
genauth_question_get_change(const struct genauth_records *records,
    struct genauth_change *change)
{
	*change = (struct genauth_change){ 0 };
	return genauth_records_get_text(records, "password", change->password,
	    sizeof(change->password)) && change->password[0] != '\0' &&
	    get_timeout(records, &change->timeout_ms);
}

void
genauth_question_add_inquiry(const struct genauth_inquiry *inquiry,
    struct genauth_records *records)
{
	genauth_records_add_number(records, "timeout_ms", inquiry->timeout_ms);
	genauth_records_add_text(records, "offline",
	    inquiry->offline ? "yes" : NULL);
	if (inquiry->until != 0)
		genauth_records_add_number(records, "until",
		    (long long)inquiry->until);
}

/* One that is malformed must not come out as "all". */
static bool
get_until(const struct genauth_records *records, enum genauth_step *until)
{
	long long number;

	if (!has(records, "until"))
		return true;
	if (!genauth_records_get_number(records, "until", &number) ||
	    number < GENAUTH_STEP_TLS || number >= GENAUTH_STEP_COUNT)
		return false;
	*until = (enum genauth_step)number;
	return true;
}

bool
genauth_question_get_inquiry(const struct genauth_records *records,
    struct genauth_inquiry *inquiry)
{
	*inquiry = (struct genauth_inquiry){ .offline = has(records,
	    "offline") };
	return get_timeout(records, &inquiry->timeout_ms) &&
	    get_until(records, &inquiry->until);
}

void
genauth_question_add_call(const char *service, const char *user,
    const char *password, const char *rhost, struct genauth_records *records)
{
	genauth_records_add_text(records, "service", service);
	genauth_records_add_text(records, "user", user);
	genauth_records_add_text(records, "password", password);
	if (rhost != NULL)
		genauth_records_add_text(records, "rhost", rhost);
}

bool
genauth_question_get_call(const struct genauth_records *records,
    struct genauth_call *call)
{
	call->rhost[0] = '\0';
	/* One that is malformed must not come out as none. */
	if (has(records, "rhost") && !genauth_records_get_text(records,
	    "rhost", call->rhost, sizeof(call->rhost)))
		return false;
	return genauth_records_get_text(records, "service", call->service,
	    sizeof(call->service)) && call->service[0] != '\0' &&
	    genauth_records_get_text(records, "user", call->user,
	    sizeof(call->user)) && call->user[0] != '\0' &&
	    genauth_records_get_text(records, "password", call->password,
	    sizeof(call->password)) && call->password[0] != '\0';
}
