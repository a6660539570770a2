/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments.h owns the reading of a command line, by the table of the command.
 */
#ifndef GENAUTH_ARGUMENTS_H
#define GENAUTH_ARGUMENTS_H

#include <stdbool.h>

#include "ctl/commands.h"

struct genauth_arguments {
	const struct genauth_command *command;
	/* As its options; "" for one that takes no argument.  NULL: absent. */
	const char *values[GENAUTH_COMMAND_OPTIONS];
	const char *operand;	/* or NULL */
};

/*
 * Reads the arguments of a command, whose name is argv[0]; the table of all
 * ends with NULL.  -1: go on.  Else the exit status: "--help" was given, or
 * something is wrong, and that has been said.
 */
int genauth_arguments_read(struct genauth_arguments *arguments,
    const struct genauth_command *const commands[],
    const struct genauth_command *command, int argc, char **argv);

/* What an option of the command was given; NULL: it was not. */
const char *genauth_arguments_value(const struct genauth_arguments *arguments,
    const char *name);

/* Whether it was. */
bool genauth_arguments_have(const struct genauth_arguments *arguments,
    const char *name);

/*
 * Sets what an option of the command is given, "" where it takes no argument;
 * NULL: nothing.  For a command that has another one run; the value is kept as
 * it is.
 */
void genauth_arguments_give(struct genauth_arguments *arguments,
    const char *name, const char *value);

#endif
