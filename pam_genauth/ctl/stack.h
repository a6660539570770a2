/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.h owns the reading of a PAM stack: the lines of one phase of a file
 * in /etc/pam.d with all that it includes, as libpam reads them (pam.d(5)).
 */
#ifndef GENAUTH_STACK_H
#define GENAUTH_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "module/pam_codes.h"

/* How deep files may include each other. */
#define GENAUTH_STACK_DEPTH 16

#define GENAUTH_MODULE "pam_genauth.so"

/* What a control makes of a code; a number from 1 on is a jump. */
enum genauth_action {
	GENAUTH_ACTION_IGNORE = 0,
	GENAUTH_ACTION_OK = -1,
	GENAUTH_ACTION_DONE = -2,
	GENAUTH_ACTION_BAD = -3,
	GENAUTH_ACTION_DIE = -4,
	GENAUTH_ACTION_RESET = -5,
	GENAUTH_ACTION_UNSET = -6,
};

struct genauth_stack_line {
	char *file;
	unsigned number;
	int level;		/* how many substacks it is in */
	int actions[GENAUTH_PAM_CODES];
	char *module;		/* as written; NULL: a substack follows */
	char **arguments;
	size_t argument_count;
};

struct genauth_stack {
	struct genauth_stack_line *lines;
	size_t count;
};

/* Called for each error; the text begins with "FILE:LINE: ". */
typedef void genauth_stack_report(void *data, const char *text);

/*
 * Reads a phase ("auth", …) of a service in the directory.  path, unless
 * NULL, stands in for the service's own file.  Errors are reported and passed
 * over; false: there was one, or out of memory.  Free it either way.
 */
bool genauth_stack_read(struct genauth_stack *stack, const char *directory,
    const char *service, const char *path, const char *phase,
    genauth_stack_report *report, void *data);

void genauth_stack_free(struct genauth_stack *stack);

/* Whether the line's module is that file, "pam_unix.so", in any folder. */
bool genauth_stack_is(const struct genauth_stack_line *line,
    const char *module);

/* Whether the line has that argument. */
bool genauth_stack_has(const struct genauth_stack_line *line,
    const char *argument);

/* The first line from index "from" on with that module; count: none. */
size_t genauth_stack_find(const struct genauth_stack *stack,
    const char *module, size_t from);

#endif
