/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simulate DIR SERVICE: what ctl/simulate.c makes of a stack of pam_debug.so
 * lines, each of which returns what its argument auth=CODE says; no other
 * module is there.
 */
#include "stack/simulate.h"

#include <stdio.h>
#include <string.h>

static int
answer(const struct genauth_stack_line *line, void *data)
{
	int code;

	(void)data;
	if (strcmp(line->module, "pam_debug.so") != 0)
		return PAM_MODULE_UNKNOWN;
	for (size_t i = 0; i < line->argument_count; i++)
		if (strncmp(line->arguments[i], "auth=", 5) == 0) {
			code = genauth_pam_codes_parse(line->arguments[i] + 5);
			return code < 0 ? PAM_SUCCESS : code;
		}
	return PAM_SUCCESS;
}

static void
complain(void *data, enum genauth_stack_finding finding, const char *text)
{
	(void)data; (void)finding;
	fprintf(stderr, "%s\n", text);
}

int
main(int argc, char **argv)
{
	struct genauth_stack stacks[GENAUTH_PHASES];
	size_t last;

	if (argc != 3)
		return 2;
	genauth_stack_read(stacks, argv[1], argv[2], NULL, complain, NULL);
	printf("%s\n", genauth_pam_codes_name(genauth_simulate(
	    &stacks[GENAUTH_PHASE_AUTH], answer, NULL, &last)));
	genauth_stack_free(stacks);
	return 0;
}
