/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage.h owns what the tool says of how it is called.
 */
#ifndef GENAUTH_USAGE_H
#define GENAUTH_USAGE_H

#include <stdio.h>

#include "ctl/commands.h"

/* All commands, in a line each; the table ends with NULL. */
void genauth_usage_list(FILE *out,
    const struct genauth_command *const commands[]);

/* One of them in full, and how those are called that are explained with it. */
void genauth_usage_of(FILE *out,
    const struct genauth_command *const commands[],
    const struct genauth_command *command);

/*
 * Where to read on, after a complaint about an option.  Returns
 * GENAUTH_EXIT_USAGE.
 */
int genauth_usage_hint(const struct genauth_command *command);

#endif
