/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_faillock.h"

#include "common/intl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The line that counts a failure when pam_genauth answers so; or NULL. */
static const struct genauth_stack_line *
find_count(const struct genauth_worlds *worlds, int code)
{
	const struct genauth_worlds_visitor visitor = { .genauth = code };

	for (unsigned i = 0; i < genauth_worlds_count(worlds); i++) {
		struct genauth_worlds_outcome outcome = genauth_worlds_visit(
		    worlds, &visitor, i);

		if (outcome.asked && outcome.counted < worlds->stack->count)
			return &worlds->stack->lines[outcome.counted];
	}
	return NULL;
}

void
genauth_lint_faillock_check(struct genauth_report *report, const char *check,
    const struct genauth_worlds *worlds)
{
	/* Of whoever may have typed the right password. */
	static const struct {
		int code;
		const char *when;
	} troubles[] = {
		{ PAM_SUCCESS, N_("GenAuth accepts it") },
		{ PAM_AUTHINFO_UNAVAIL, N_("GenAuth is unreachable") },
		{ PAM_SERVICE_ERR, N_("genauth.conf is wrong") },
		{ PAM_SYSTEM_ERR, N_("the helper cannot be started") },
	};
	const struct genauth_stack_line *line = NULL;
	size_t i;

	for (i = 0; i < COUNT(troubles) && line == NULL; i++)
		line = find_count(worlds, troubles[i].code);
	if (line != NULL)
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("use the seven lines of pam_genauth(8), STACKS"),
		    _("%s:%u: pam_faillock counts a wrong password when %s"),
		    line->file, line->number, _(troubles[i - 1].when));
}
