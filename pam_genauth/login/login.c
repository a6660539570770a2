/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/login.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/clock.h"
#include "login/account.h"
#include "login/cache.h"
#include "login/helper.h"
#include "login/policy.h"

static void __attribute__((format(printf, 2, 3)))
step(const struct genauth_person *person, const char *format, ...)
{
	char text[512];
	va_list arguments;

	if (person->step == NULL)
		return;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) > 0)
		person->step(person->data, text);
	va_end(arguments);
}

/* PAM_RHOST if it is an address; sshd may put a name there (UseDNS). */
static const char *
client_ip(const struct genauth_login *login)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (login->rhost == NULL || !login->options->forward_client_ip)
		return NULL;
	return inet_pton(AF_INET, login->rhost, address) == 1 ||
	    inet_pton(AF_INET6, login->rhost, address) == 1 ?
	    login->rhost : NULL;
}

static bool
start_helper(const struct genauth_login *login,
    const struct genauth_person *person, bool prepare,
    struct genauth_helper *helper, struct genauth_failure *failure)
{
	struct genauth_secret key = { 0 };
	bool started;

	if (person->exchange == NULL)
		genauth_cache_load(login->options, &key);
	started = genauth_helper_start(helper, login->options, key.data,
	    prepare, failure);
	genauth_secret_free(&key);
	if (started)
		step(person, "genauth-signin started%s", prepare ?
		    ", makes a connection ready" : "");
	return started;
}

static const char *
take_password(const struct genauth_person *person,
    struct genauth_failure *failure)
{
	const char *password = person->password(person->data, failure);
	const char *fault = password == NULL ? NULL :
	    genauth_policy_refuses_password(password);

	if (fault == NULL)
		return password;
	genauth_failure_set(failure, GENAUTH_DENIED, "%s", fault);
	return NULL;
}

/* false: it came to no answer of GenAuth's, and failure says why. */
static bool
ask(const struct genauth_login *login, const struct genauth_person *person,
    struct genauth_helper *helper, long long *start,
    struct genauth_answer *answer, struct genauth_failure *failure)
{
	bool prepare = person->types && login->options->preconnect &&
	    person->exchange == NULL;
	const char *password;
	char account[512];

	step(person, "user %s: password %s", login->user, person->types ?
	    "to be prompted for" : "from the stack");
	if (!genauth_account_make(login->options, login->user, account,
	    sizeof(account), failure) || (prepare &&
	    !start_helper(login, person, true, helper, failure)))
		return false;
	password = take_password(person, failure);
	if (person->types)
		*start = genauth_clock_ms();
	if (password == NULL || (helper->pid == 0 &&
	    !start_helper(login, person, false, helper, failure)))
		return false;
	if (person->exchange != NULL)
		genauth_helper_record(helper, person->exchange, person->data);
	step(person, "account %s: GenAuth is asked", account);
	genauth_helper_ask(helper, account, password, client_ip(login),
	    login->options->timeout_ms, answer);
	step(person, "the connection took %lld ms (dns %lld, connect %lld, "
	    "tls %lld), the reply %lld ms", answer->dns_ms +
	    answer->connect_ms + answer->tls_ms, answer->dns_ms,
	    answer->connect_ms, answer->tls_ms, answer->wait_ms);
	genauth_cache_update(login->options, answer);
	return true;
}

/* Why the user is not served, or NULL. */
static const char *
refusal(const struct genauth_login *login)
{
	return login->any_user ? NULL : genauth_policy_refuses_user(
	    login->user, login->entry, login->options->min_uid);
}

void
genauth_login(const struct genauth_login *login,
    const struct genauth_person *person, struct genauth_answer *answer)
{
	struct genauth_helper helper = GENAUTH_HELPER_NONE;
	long long start = genauth_clock_ms();
	const char *fault = refusal(login);
	struct genauth_failure failure;

	*answer = (struct genauth_answer){ 0 };
	if (fault != NULL) {
		if (person->is_asked_always)
			person->password(person->data, &failure);
		start = genauth_clock_ms();
		genauth_answer_refuse(answer, GENAUTH_SKIP, fault);
	} else if (!ask(login, person, &helper, &start, answer, &failure)) {
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	}
	genauth_helper_stop(&helper);
	answer->total_ms = genauth_clock_ms() - start;
}
