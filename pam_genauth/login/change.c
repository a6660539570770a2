/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/change.h"

#include "common/clock.h"
#include "login/policy.h"

/* Why nothing is sent, or NULL. */
static const char *
refusal(const struct genauth_helper *helper, const char *password)
{
	const char *fault = genauth_policy_refuses_password(password);

	if (fault == NULL && !genauth_helper_is_waiting(helper))
		fault = "genauth-signin has not waited for the new password "
		    "(120 s), or the application has taken it away";
	return fault;
}

void
genauth_change_password(const struct genauth_helper *helper,
    const struct genauth_options *options, const char *password,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer)
{
	const char *fault = refusal(helper, password);
	struct genauth_records question = { 0 };
	long long start = genauth_clock_ms();

	*answer = (struct genauth_answer){ .holds = GENAUTH_HOLDS_OLD };
	remark[0] = '\0';
	if (fault != NULL) {
		genauth_answer_refuse(answer, GENAUTH_DENIED, fault);
	} else {
		genauth_question_add_change(password, options->timeout_ms,
		    &question);
		genauth_helper_change(helper, &question, options->timeout_ms,
		    remark, answer);
		genauth_records_free(&question);
	}
	answer->total_ms = genauth_clock_ms() - start;
}
