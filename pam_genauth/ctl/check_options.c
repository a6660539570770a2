/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <unistd.h>

#include "ctl/check.h"
#include "ctl/intl.h"
#include "ctl/settings.h"
#include "ctl/stack.h"

#define CHECK "options"

static void
add_error(void *data, const char *text)
{
	struct genauth_check *check = data;
	bool readable = geteuid() == 0 || strstr(text, "ermission") == NULL;

	genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_ERROR,
	    readable ? _("see genauth.conf(5)") : _("run this as root"), "%s",
	    text);
}

static void
ignore(void *data, const char *text)
{
	(void)data, (void)text;
}

void
genauth_check_options(struct genauth_check *check)
{
	const char *service = check->service != NULL ? check->service : "";
	struct genauth_stack stacks[GENAUTH_PHASES] = { 0 };
	const struct genauth_stack *stack = &stacks[GENAUTH_PHASE_AUTH];
	const struct genauth_stack_line *line = NULL;
	size_t found;

	if (*service != '\0')
		genauth_stack_read(stacks, check->pam_dir, service, NULL,
		    ignore, NULL);
	found = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	if (found < stack->count)
		line = &stack->lines[found];
	check->usable = genauth_settings_load(&check->options, check->conf,
	    service, line, add_error, check);
	if (check->usable)
		genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_OK,
		    NULL, "%s", genauth_settings_file(check->conf, line));
	genauth_stack_free(stacks);
}
