/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.h owns the reading of a PAM stack: the lines of a file in /etc/pam.d
 * with all that it includes, phase by phase, as libpam reads them (pam.d(5);
 * Linux-PAM, libpam/pam_handlers.c).
 */
#ifndef GENAUTH_STACK_H
#define GENAUTH_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "common/pam_codes.h"

/* How deep files may include each other. */
#define GENAUTH_STACK_DEPTH 15

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

enum genauth_phase {
	GENAUTH_PHASE_AUTH,
	GENAUTH_PHASE_ACCOUNT,
	GENAUTH_PHASE_PASSWORD,
	GENAUTH_PHASE_SESSION,
	GENAUTH_PHASES,
};

enum genauth_stack_kind {
	GENAUTH_STACK_MODULE,
	GENAUTH_STACK_SUBSTACK,		/* its lines follow */
	GENAUTH_STACK_MUST_FAIL,	/* libpam could not make sense of it */
};

struct genauth_stack_line {
	enum genauth_stack_kind kind;
	char *file;
	unsigned number;
	int level;		/* how many substacks it is in */
	int actions[GENAUTH_PAM_CODES];
	bool silent;		/* "-auth": may be missing */
	char *module;		/* as written; NULL unless it is a module */
	char **arguments;
	size_t argument_count;
};

/* One phase. */
struct genauth_stack {
	struct genauth_stack_line *lines;
	size_t count;
	bool broken;		/* libpam refuses everything */
};

enum genauth_stack_finding {
	GENAUTH_STACK_ERROR,
	/* libpam up to 1.5 and later ones read it in different ways. */
	GENAUTH_STACK_GAP,
	GENAUTH_STACK_LONG,
};

/* The text begins with "FILE:LINE: ". */
typedef void genauth_stack_report(void *data,
    enum genauth_stack_finding finding, const char *text);

/* "auth" and so on. */
const char *genauth_stack_phase(enum genauth_phase phase);

/*
 * Reads all phases of a service in the directory, as the libpam that is
 * installed does.  path, unless NULL, stands in for the service's own file.
 * What is found goes to report, unless that is NULL, and errors become what
 * libpam makes of them; false: there was an error, or out of memory.  Free it
 * either way.
 */
bool genauth_stack_read(struct genauth_stack stacks[GENAUTH_PHASES],
    const char *directory, const char *service, const char *path,
    genauth_stack_report *report, void *data);

/* Room for the path of a stack. */
#define GENAUTH_STACK_PATH 4096

/*
 * Whether libpam takes the vendor's file, which is filled in, because there is
 * none at that path of /etc/pam.d.
 */
bool genauth_stack_vendor(const char *path, char vendor[GENAUTH_STACK_PATH]);

void genauth_stack_free(struct genauth_stack stacks[GENAUTH_PHASES]);

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
