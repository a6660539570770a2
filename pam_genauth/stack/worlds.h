/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worlds.h owns who gets in through a stack.  Some modules, gates, look at
 * more than a password: each of them may say yes or no, and each way in which
 * they may do so together is a world.
 */
#ifndef GENAUTH_WORLDS_H
#define GENAUTH_WORLDS_H

#include "stack/modules.h"
#include "stack/stack.h"

/* More gates than that always say yes. */
#define GENAUTH_WORLDS_GATES 10
#define GENAUTH_WORLDS_LIMIT (1U << GENAUTH_WORLDS_GATES)

struct genauth_worlds_line {
	struct genauth_modules_answers answers;
	unsigned gate;		/* its bit in a world, 0: it has none */
};

struct genauth_worlds {
	const struct genauth_stack *stack;
	struct genauth_worlds_line *lines;	/* as many as the stack has */
	size_t gates[GENAUTH_WORLDS_GATES];	/* the line of each bit */
	unsigned gate_count;
	bool complete;		/* there are no more gates than bits */
};

/* Somebody who tries to get in. */
struct genauth_worlds_visitor {
	int genauth;		/* what pam_genauth answers */
	bool has_local_password;
};

struct genauth_worlds_outcome {
	bool enters;
	bool asked;		/* pam_genauth was asked */
	size_t last;		/* the line asked last; stack->count: none */
	size_t counted;		/* that where pam_faillock counted a failure */
};

/* false: out of memory.  The stack stays the caller's.  Close it either way. */
bool genauth_worlds_open(struct genauth_worlds *worlds,
    const struct genauth_stack *stack);

/* How many worlds there are, from 0 (each gate says no) to one less. */
unsigned genauth_worlds_count(const struct genauth_worlds *worlds);

struct genauth_worlds_outcome genauth_worlds_visit(
    const struct genauth_worlds *worlds,
    const struct genauth_worlds_visitor *visitor, unsigned world);

/*
 * Whether a line before that one, other than pam_genauth's, asks for a
 * password, or may do so.
 */
bool genauth_worlds_asks_before(const struct genauth_worlds *worlds,
    size_t line);

void genauth_worlds_close(struct genauth_worlds *worlds);

#endif
