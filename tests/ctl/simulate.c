/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simulate DIR SERVICE: what ctl/simulate.c makes of a stack of pam_debug.so
 * lines, each of which returns what its argument auth=CODE says.
 */
#include "ctl/simulate.h"

#include <stdio.h>
#include <string.h>

static int
answer(const struct genauth_stack_line *line, void *data)
{
	(void)data;
	for (size_t i = 0; i < line->argument_count; i++)
		if (strncmp(line->arguments[i], "auth=", 5) == 0)
			return genauth_pam_codes_parse(line->arguments[i] + 5);
	return PAM_SUCCESS;
}

static void
complain(void *data, const char *text)
{
	(void)data;
	fprintf(stderr, "%s\n", text);
}

int
main(int argc, char **argv)
{
	struct genauth_stack stack;
	size_t last;

	if (argc != 3 || !genauth_stack_read(&stack, argv[1], argv[2], NULL,
	    "auth", complain, NULL))
		return 1;
	printf("%s\n", genauth_pam_codes_name(genauth_simulate(&stack, answer,
	    NULL, &last)));
	genauth_stack_free(&stack);
	return 0;
}
