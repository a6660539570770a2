/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_roles.h"

#include "common/intl.h"
#include "ctl/settings.h"
#include "stack/modules.h"

static void
ignore(void *data, const char *text)
{
	(void)data;
	(void)text;
}

/* The option that demands something, or NULL. */
static const char *
find_demand(const struct genauth_options *options)
{
	if (options->require_roles != NULL)
		return "require_roles";
	return options->require_groups != NULL ? "require_groups" : NULL;
}

/* Whether the lines behind it decide about whom the line refuses. */
static bool
goes_on(const struct genauth_stack_line *line)
{
	int action = line->actions[PAM_PERM_DENIED];

	return action != GENAUTH_ACTION_DIE && action != GENAUTH_ACTION_BAD;
}

/* The first line behind it that takes a password, or may; count: none. */
static size_t
find_other(const struct genauth_worlds *worlds, size_t i)
{
	while (++i < worlds->stack->count) {
		enum genauth_modules_kind kind = worlds->lines[i].answers.kind;

		if (worlds->stack->lines[i].kind == GENAUTH_STACK_MODULE &&
		    (kind == GENAUTH_MODULES_GENAUTH ||
		    kind == GENAUTH_MODULES_UNIX ||
		    kind == GENAUTH_MODULES_PASSWORD ||
		    kind == GENAUTH_MODULES_UNKNOWN))
			break;
	}
	return i;
}

static void
check_line(struct genauth_report *report, const char *check,
    const struct genauth_worlds *worlds, size_t i,
    const struct genauth_options *options)
{
	const struct genauth_stack_line *lines = worlds->stack->lines;
	const char *demand = find_demand(options);
	size_t other = find_other(worlds, i);

	if (demand == NULL)
		return;
	if (goes_on(&lines[i]) && other < worlds->stack->count)
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("write perm_denied=die into its control, see "
		    "pam_genauth(8), Roles and groups; or leave it, if that "
		    "password may do without the role"), _("%s:%u: whom %s "
		    "refuses may get in by %s:%u (%s)"), lines[i].file,
		    lines[i].number, demand, lines[other].file,
		    lines[other].number, lines[other].module);
	if (options->mfa == GENAUTH_MFA_ASK && !options->mfa_token_exchange)
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("set mfa_token_exchange = yes"), _("%s:%u: whom \"mfa = "
		    "ask\" asks has no access token, and %s refuses without "
		    "one"), lines[i].file, lines[i].number, demand);
}

void
genauth_lint_roles_check(struct genauth_report *report, const char *check,
    const struct genauth_worlds *worlds, const char *service,
    const char *conf)
{
	const struct genauth_stack *stack = worlds->stack;
	struct genauth_options options;

	for (size_t i = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	    i < stack->count; i = genauth_stack_find(stack, GENAUTH_MODULE,
	    i + 1)) {
		if (genauth_modules_prepares(&stack->lines[i]))
			continue;
		genauth_settings_load(&options, conf, service,
		    &stack->lines[i], ignore, NULL);
		check_line(report, check, worlds, i, &options);
		genauth_options_free(&options);
	}
}
