/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * modules.h owns what is known of PAM modules: whether they are installed, and
 * what they answer in the auth phase.  No module is loaded.
 */
#ifndef GENAUTH_MODULES_H
#define GENAUTH_MODULES_H

#include "stack/stack.h"

enum genauth_modules_kind {
	GENAUTH_MODULES_GENAUTH,
	GENAUTH_MODULES_PREPARE,	/* pam_genauth too, but asks nobody */
	GENAUTH_MODULES_UNIX,		/* local passwords */
	GENAUTH_MODULES_PASSWORD,	/* another source of passwords */
	GENAUTH_MODULES_STEADY,		/* the same answer for everybody */
	GENAUTH_MODULES_GATE,		/* looks at more than a password */
	GENAUTH_MODULES_UNKNOWN,	/* like a gate, but may ask */
};

struct genauth_modules_answers {
	enum genauth_modules_kind kind;
	int yes, no;
};

/*
 * What the module of a line would answer.  One that is missing, or has nothing
 * for this phase, is steady.
 */
struct genauth_modules_answers genauth_modules_ask(
    const struct genauth_stack_line *line);

/* Whether the line is one of pam_genauth with the flag "prepare". */
bool genauth_modules_prepares(const struct genauth_stack_line *line);

/*
 * The first line of pam_genauth that logs in, or, where there is none, the
 * first that prepares; count: none.
 */
size_t genauth_modules_find_login(const struct genauth_stack *stack);

/* Room for the path of a module. */
#define GENAUTH_MODULES_PATH 4096

/* Fills in where the module is, or should be; whether it is there. */
bool genauth_modules_find(const struct genauth_stack_line *line,
    char path[GENAUTH_MODULES_PATH]);

/* Whether it is there and can be asked in the auth phase. */
bool genauth_modules_has_auth(const struct genauth_stack_line *line);

#endif
