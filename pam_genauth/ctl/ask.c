/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/ask.h"

#include "login/helper.h"

void
genauth_ask_signin(const struct genauth_options *options,
    const struct genauth_files *files, const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener,
    struct genauth_answer *answer)
{
	const struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_CHECK };
	struct genauth_helper helper;
	struct genauth_failure failure;

	*answer = (struct genauth_answer){ 0 };
	if (genauth_helper_start(&helper, &start, options, files, &failure))
		genauth_helper_check(&helper, inquiry, listener, answer);
	else
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	genauth_helper_stop(&helper);
}
