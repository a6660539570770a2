/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/call.h"

#include <sys/stat.h>

#include "common/clock.h"
#include "common/paths.h"
#include "login/helper.h"
#include "login/policy.h"

/* The longest that timeout can be, by which genauth-caller goes; and more. */
#define TIMEOUT_MS 125000

struct listener {
	const struct genauth_person *person;
	const char *user, *password;
};

static bool
hear_ask(void *data, const struct genauth_ask *ask,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	const struct listener *listener = data;
	const char *fault;

	if (!listener->person->reply(listener->person->data, ask, reply,
	    failure))
		return false;
	fault = genauth_policy_refuses_reply(reply->data, listener->user,
	    listener->password);
	return fault == NULL || genauth_failure_set(failure, GENAUTH_DENIED,
	    "%s", fault);
}

bool
genauth_call_is_possible(void)
{
	struct stat status;

	return lstat(genauth_paths.socket, &status) == 0;
}

static void
ask(const struct genauth_helper *helper, const struct genauth_login *login,
    const struct genauth_person *person, const char *password,
    struct genauth_answer *answer)
{
	struct listener data = { person, login->user, password };
	const struct genauth_helper_listener listener = { .data = &data,
	    .ask = person->reply != NULL ? hear_ask : NULL };
	struct genauth_records question = { 0 };
	struct genauth_keep keep;

	genauth_question_add_call(login->service, login->user, password,
	    login->rhost, &question);
	genauth_helper_ask(helper, &question, TIMEOUT_MS, &listener, &keep,
	    answer);
	genauth_records_free(&question);
	genauth_keep_free(&keep);
	/* Nobody who asks there is handed one. */
	genauth_secret_free(&answer->id_token);
	genauth_secret_free(&answer->access_token);
}

void
genauth_call_login(const struct genauth_login *login,
    const struct genauth_person *person, struct genauth_answer *answer)
{
	struct genauth_helper helper = GENAUTH_HELPER_NONE;
	struct genauth_failure failure;
	const char *password = genauth_policy_take_password(person, &failure);
	long long start = genauth_clock_ms();

	*answer = (struct genauth_answer){ 0 };
	if (password != NULL && genauth_helper_call(&helper, &failure))
		ask(&helper, login, person, password, answer);
	else
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	answer->total_ms = genauth_clock_ms() - start;
	genauth_helper_dismiss(&helper);
	if (person->decided != NULL)
		person->decided(person->data, answer);
	genauth_helper_stop(&helper);
}
