/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_prepare.h"

#include <string.h>

#include "common/intl.h"
#include "stack/control.h"

/* Such as "optional", or less: "default=ignore". */
static bool
is_optional(const struct genauth_stack_line *line)
{
	int optional[GENAUTH_PAM_CODES];

	genauth_control_parse("optional", optional);
	for (int code = 0; code < GENAUTH_PAM_CODES; code++)
		if (line->actions[code] != optional[code] &&
		    line->actions[code] != GENAUTH_ACTION_IGNORE)
			return false;
	return true;
}

/* Whether the other line has all options of the first; flags aside. */
static bool
has_options_of(const struct genauth_stack_line *other,
    const struct genauth_stack_line *line)
{
	for (size_t i = 0; i < line->argument_count; i++)
		if (strchr(line->arguments[i], '=') != NULL &&
		    !genauth_stack_has(other, line->arguments[i]))
			return false;
	return true;
}

/*
 * The line behind that one that takes over what it has prepared; if none does,
 * the first that throws it away; count: nothing behind logs in with a password
 * that another module has asked for.
 */
static size_t
find_use(const struct genauth_worlds *worlds, size_t from, bool *fits)
{
	const struct genauth_stack_line *lines = worlds->stack->lines;
	size_t first = worlds->stack->count;

	*fits = false;
	for (size_t i = from + 1; i < worlds->stack->count && !*fits; i++) {
		if (lines[i].kind != GENAUTH_STACK_MODULE ||
		    worlds->lines[i].answers.kind != GENAUTH_MODULES_GENAUTH ||
		    !genauth_worlds_asks_before(worlds, i))
			continue;
		*fits = has_options_of(&lines[from], &lines[i]) &&
		    has_options_of(&lines[i], &lines[from]);
		if (*fits || first == worlds->stack->count)
			first = i;
	}
	return first;
}

/* That somebody uses what the line prepares. */
static void
check_use(struct genauth_report *report, const char *check,
    const struct genauth_worlds *worlds, size_t i)
{
	const struct genauth_stack_line *lines = worlds->stack->lines;
	bool fits;
	size_t use = find_use(worlds, i, &fits);

	if (use == worlds->stack->count)
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("put pam_unix.so behind it, and pam_genauth.so with "
		    "use_first_pass behind that, or remove the line"),
		    _("%s:%u: prepare, but no pam_genauth.so behind it takes "
		    "a password that another module has asked for"),
		    lines[i].file, lines[i].number);
	else if (!fits)
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("write the same options on both lines"),
		    _("%s:%u: other options than on %s:%u, so that what is "
		    "prepared is thrown away"), lines[i].file,
		    lines[i].number, lines[use].file, lines[use].number);
}

static void
check_line(struct genauth_report *report, const char *check,
    const struct genauth_worlds *worlds, size_t i)
{
	const struct genauth_stack_line *line = &worlds->stack->lines[i];

	if (!is_optional(line))
		genauth_report_add(report, check, GENAUTH_RESULT_ERROR,
		    _("write \"auth optional pam_genauth.so prepare\""),
		    _("%s:%u: prepare never succeeds, and so must be "
		    "optional"), line->file, line->number);
	if (genauth_worlds_asks_before(worlds, i))
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("move the line in front of pam_unix.so and of all "
		    "others that ask for a password"), _("%s:%u: prepare "
		    "comes too late: a line before it may have asked for the "
		    "password"), line->file, line->number);
	check_use(report, check, worlds, i);
}

void
genauth_lint_prepare_check(struct genauth_report *report, const char *check,
    const struct genauth_worlds *worlds)
{
	for (size_t i = 0; i < worlds->stack->count; i++)
		if (worlds->stack->lines[i].kind == GENAUTH_STACK_MODULE &&
		    worlds->lines[i].answers.kind == GENAUTH_MODULES_PREPARE)
			check_line(report, check, worlds, i);
}
