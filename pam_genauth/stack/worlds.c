/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/worlds.h"

#include <stdlib.h>
#include <string.h>

#include "stack/simulate.h"

struct visit {
	const struct genauth_worlds *worlds;
	const struct genauth_worlds_visitor *visitor;
	unsigned world;
	bool asked;
	size_t counted;
};

/* Whether both lines ask the same, and so get the same answer. */
static bool
are_same(const struct genauth_stack_line *a, const struct genauth_stack_line *b)
{
	if (a->module == NULL || b->module == NULL ||
	    strcmp(a->module, b->module) != 0 ||
	    a->argument_count != b->argument_count)
		return false;
	for (size_t i = 0; i < a->argument_count; i++)
		if (strcmp(a->arguments[i], b->arguments[i]) != 0)
			return false;
	return true;
}

/* Gives the gate of a line its bit, that of an earlier one like it. */
static void
number_gate(struct genauth_worlds *worlds, size_t i)
{
	const struct genauth_stack_line *lines = worlds->stack->lines;
	unsigned gate = 0;

	while (gate < worlds->gate_count &&
	    !are_same(&lines[worlds->gates[gate]], &lines[i]))
		gate++;
	if (gate == GENAUTH_WORLDS_GATES) {
		worlds->complete = false;
		return;
	}
	if (gate == worlds->gate_count)
		worlds->gates[worlds->gate_count++] = i;
	worlds->lines[i].gate = 1U << gate;
}

bool
genauth_worlds_open(struct genauth_worlds *worlds,
    const struct genauth_stack *stack)
{
	*worlds = (struct genauth_worlds){ .stack = stack, .complete = true,
	    .lines = calloc(stack->count + 1, sizeof(*worlds->lines)) };
	if (worlds->lines == NULL)
		return false;
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->lines[i].kind != GENAUTH_STACK_MODULE)
			continue;
		worlds->lines[i].answers = genauth_modules_ask(
		    &stack->lines[i]);
		if (worlds->lines[i].answers.kind >= GENAUTH_MODULES_GATE)
			number_gate(worlds, i);
	}
	return true;
}

unsigned
genauth_worlds_count(const struct genauth_worlds *worlds)
{
	return 1U << worlds->gate_count;
}

static int
answer(const struct genauth_stack_line *line, void *data)
{
	struct visit *visit = data;
	const struct genauth_worlds_line *known = &visit->worlds->lines[
	    line - visit->worlds->stack->lines];
	bool local = visit->visitor->has_local_password, yes = false;

	if (genauth_stack_is(line, "pam_faillock.so") &&
	    genauth_stack_has(line, "authfail"))
		visit->counted = (size_t)(line - visit->worlds->stack->lines);
	switch (known->answers.kind) {
	case GENAUTH_MODULES_GENAUTH:
		visit->asked = true;
		return visit->visitor->genauth;
	case GENAUTH_MODULES_PREPARE:
		/* It is missing where the line that logs in misses it. */
		if (visit->visitor->genauth == PAM_MODULE_UNKNOWN)
			return PAM_MODULE_UNKNOWN;
		break;
	case GENAUTH_MODULES_UNIX:
		yes = local;
		break;
	case GENAUTH_MODULES_PASSWORD:
	case GENAUTH_MODULES_STEADY:
		break;
	case GENAUTH_MODULES_GATE:
	case GENAUTH_MODULES_UNKNOWN:
		yes = known->gate == 0 || (visit->world & known->gate) ||
		    (local && genauth_stack_is(line, "pam_localuser.so"));
	}
	return yes ? known->answers.yes : known->answers.no;
}

struct genauth_worlds_outcome
genauth_worlds_visit(const struct genauth_worlds *worlds,
    const struct genauth_worlds_visitor *visitor, unsigned world)
{
	struct visit visit = { worlds, visitor, world, false,
	    worlds->stack->count };
	struct genauth_worlds_outcome outcome;

	outcome.enters = genauth_simulate(worlds->stack, answer, &visit,
	    &outcome.last) == PAM_SUCCESS;
	outcome.asked = visit.asked;
	outcome.counted = visit.counted;
	return outcome;
}

bool
genauth_worlds_asks_before(const struct genauth_worlds *worlds, size_t line)
{
	for (size_t i = 0; i < line; i++)
		if (worlds->stack->lines[i].module != NULL &&
		    (worlds->lines[i].answers.kind == GENAUTH_MODULES_UNIX ||
		    worlds->lines[i].answers.kind == GENAUTH_MODULES_PASSWORD ||
		    worlds->lines[i].answers.kind == GENAUTH_MODULES_UNKNOWN))
			return true;
	return false;
}

void
genauth_worlds_close(struct genauth_worlds *worlds)
{
	free(worlds->lines);
	*worlds = (struct genauth_worlds){ 0 };
}
