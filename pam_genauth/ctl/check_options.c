/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/check.h"
#include "ctl/settings.h"
#include "stack/stack.h"

#define CHECK "options"

static void
add_error(void *data, const char *text)
{
	struct genauth_check *check = data;
	char cure[GENAUTH_SETTINGS_CURE];

	genauth_settings_cure(check->options_file, text, cure);
	genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_ERROR, cure,
	    "%s", text);
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
		    NULL, NULL);
	found = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	if (found < stack->count)
		line = &stack->lines[found];
	check->options_file = genauth_settings_file(check->conf, line);
	check->usable = genauth_settings_load(&check->options, check->conf,
	    service, line, add_error, check);
	if (check->usable)
		genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_OK,
		    NULL, "%s", check->options_file);
	genauth_stack_free(stacks);
}

/* Passes over what is said about the line itself: the lint says that too. */
struct of_service {
	struct genauth_check *check;
	char where[4200];
};

static void
add_error_of_service(void *data, const char *text)
{
	struct of_service *of_service = data;

	if (strncmp(text, of_service->where, strlen(of_service->where)) != 0)
		add_error(of_service->check, text);
}

void
genauth_check_options_of(struct genauth_check *check, const char *service)
{
	struct genauth_stack stacks[GENAUTH_PHASES];
	const struct genauth_stack *stack = &stacks[GENAUTH_PHASE_AUTH];
	struct of_service of_service = { .check = check };
	struct genauth_options options;

	genauth_stack_read(stacks, check->pam_dir, service, NULL, NULL,
	    NULL);
	for (size_t i = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	    i < stack->count; i = genauth_stack_find(stack, GENAUTH_MODULE,
	    i + 1)) {
		const struct genauth_stack_line *line = &stack->lines[i];

		snprintf(of_service.where, sizeof(of_service.where), "%s:%u: ",
		    line->file, line->number);
		check->options_file = genauth_settings_file(check->conf, line);
		genauth_settings_load(&options, check->conf, service, line,
		    add_error_of_service, &of_service);
		genauth_options_free(&options);
	}
	genauth_stack_free(stacks);
}
