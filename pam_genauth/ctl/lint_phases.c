/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_phases.h"

#include "common/intl.h"
#include "ctl/service.h"
#include "stack/modules.h"

/* libpam can load the module of a line; if not, whether that matters. */
static void
check_module(struct genauth_report *report, const char *check,
    const struct genauth_stack_line *line, enum genauth_phase phase)
{
	bool harmless = line->actions[PAM_MODULE_UNKNOWN] ==
	    GENAUTH_ACTION_IGNORE && !genauth_stack_is(line, GENAUTH_MODULE);
	char path[GENAUTH_MODULES_PATH];

	if (!genauth_modules_find(line, path)) {
		/* "-auth" says that it may be missing. */
		if (!harmless || !line->silent)
			genauth_report_add(report, check,
			    harmless ? GENAUTH_RESULT_WARNING :
			    GENAUTH_RESULT_ERROR, _("install what it belongs "
			    "to again, or remove the line"), _("%s:%u: there "
			    "is no %s"), line->file, line->number, path);
	} else if (phase == GENAUTH_PHASE_AUTH &&
	    !genauth_modules_has_auth(line))
		genauth_report_add(report, check, harmless ?
		    GENAUTH_RESULT_WARNING : GENAUTH_RESULT_ERROR,
		    _("remove the line"), _("%s:%u: %s has nothing for auth"),
		    line->file, line->number, line->module);
}

/*
 * A line that changes passwords, and a line of auth, are not such; of sessions
 * the options tell (check_options.c).
 */
static size_t
find_useless(const struct genauth_stack *stack, enum genauth_phase phase)
{
	size_t i = phase == GENAUTH_PHASE_AUTH ||
	    phase == GENAUTH_PHASE_SESSION ? stack->count :
	    genauth_stack_find(stack, GENAUTH_MODULE, 0);

	while (phase == GENAUTH_PHASE_PASSWORD && i < stack->count &&
	    !genauth_modules_prepares(&stack->lines[i]))
		i = genauth_stack_find(stack, GENAUTH_MODULE, i + 1);
	return i;
}

/* All lines of all phases, and the phases beside auth. */
void
genauth_lint_phases_check(struct genauth_report *report, const char *check,
    const struct genauth_stack *stacks)
{
	for (int phase = 0; phase < GENAUTH_PHASES; phase++) {
		const struct genauth_stack *stack = &stacks[phase];
		size_t found = find_useless(stack, (enum genauth_phase)phase);

		for (size_t i = 0; i < stack->count; i++)
			if (stack->lines[i].kind == GENAUTH_STACK_MODULE)
				check_module(report, check,
				    &stack->lines[i],
				    (enum genauth_phase)phase);
		if (found < stack->count)
			genauth_report_add(report, check,
			    GENAUTH_RESULT_WARNING, _("remove the line"),
			    _("%s:%u: pam_genauth does nothing in %s"),
			    stack->lines[found].file,
			    stack->lines[found].number, genauth_stack_phase(
			    (enum genauth_phase)phase));
	}
}

/* Whoever includes a part has account lines elsewhere. */
void
genauth_lint_phases_account(struct genauth_report *report, const char *check,
    const struct genauth_stack *account, const char *service)
{
	if (!genauth_service_is_part(service) && account->count == 0 &&
	    !account->broken)
		genauth_report_add(report, check,
		    GENAUTH_RESULT_WARNING, _("add \"account required "
		    "pam_unix.so\""), _("%s has no account line: libpam "
		    "takes those of the service \"other\""), service);
}
