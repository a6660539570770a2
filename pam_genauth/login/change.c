/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/change.h"

#include <string.h>

#include "common/clock.h"
#include "common/intl.h"
#include "login/policy.h"

/* The policy's word is for the log. */
static const char *
message_for(const char *password)
{
	if (password[0] == '\0')
		return N_("No new password was typed.");
	return strlen(password) >= GENAUTH_PASSWORD_LIMIT ?
	    N_("The new password is too long.") :
	    N_("The new password has characters that cannot be sent.");
}

bool
genauth_change_may_send(const struct genauth_helper *helper,
    const char *password, struct genauth_change_fault *fault)
{
	fault->reason = genauth_policy_refuses_password(password);
	if (fault->reason != NULL) {
		fault->message = message_for(password);
		return false;
	}
	if (genauth_helper_is_waiting(helper))
		return true;
	fault->reason = "genauth-signin has not waited for the new password "
	    "(120 s), or the application has taken it away";
	fault->message = N_("The new password has come too late. Start again, "
	    "and type it within two minutes.");
	return false;
}

void
genauth_change_password(struct genauth_helper *helper,
    const struct genauth_options *options, const char *password,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer)
{
	struct genauth_records question = { 0 };
	long long start = genauth_clock_ms();

	genauth_question_add_change(password, options->timeout_ms, &question);
	genauth_helper_change(helper, &question, options->timeout_ms, remark,
	    answer);
	genauth_records_free(&question);
	answer->total_ms = genauth_clock_ms() - start;
}
