/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/simulate.h"

struct state {
	enum { UNDECIDED, POSITIVE, NEGATIVE } impression;
	int code;
};

static void
accept_code(struct state *state, int code)
{
	if (state->impression != UNDECIDED &&
	    (state->impression != POSITIVE || state->code != PAM_SUCCESS))
		return;
	state->impression = POSITIVE;
	state->code = code;
}

static void
refuse_code(struct state *state, int code)
{
	if (state->impression == NEGATIVE)
		return;
	state->impression = NEGATIVE;
	state->code = code == PAM_IGNORE ? PAM_PERM_DENIED : code;
}

/*
 * The line that a jump over "count" modules of this level starts from; a
 * substack counts as one.  A jump over the end fails.
 */
static size_t
jump(const struct genauth_stack *stack, size_t i, int count,
    struct state *state)
{
	const struct genauth_stack_line *lines = stack->lines;
	int level = lines[i].level;

	while (count > 0 && i + 1 < stack->count &&
	    lines[i + 1].level >= level) {
		do
			i++;
		while (i + 1 < stack->count && lines[i + 1].level > level);
		count--;
	}
	if (count > 0)
		*state = (struct state){ NEGATIVE, PAM_PERM_DENIED };
	return i;
}

/* The last line of the substack, or of the whole stack. */
static size_t
leave(const struct genauth_stack *stack, size_t i)
{
	int level = stack->lines[i].level;

	while (i + 1 < stack->count && stack->lines[i + 1].level >= level)
		i++;
	return i;
}

int
genauth_simulate(const struct genauth_stack *stack,
    genauth_simulate_module *module, void *data, size_t *last)
{
	struct state state = { UNDECIDED, PAM_PERM_DENIED };
	struct state entered[GENAUTH_STACK_DEPTH + 1];
	int level = 0;

	for (int i = 0; i <= GENAUTH_STACK_DEPTH; i++)
		entered[i] = state;
	*last = stack->count;
	if (stack->broken)
		return PAM_ABORT;
	for (size_t i = 0; i < stack->count; i++) {
		const struct genauth_stack_line *line = &stack->lines[i];
		int code, action;

		while (level < line->level)
			entered[++level] = state;
		level = line->level;
		if (line->kind == GENAUTH_STACK_SUBSTACK)
			continue;
		*last = i;
		code = line->kind == GENAUTH_STACK_MUST_FAIL ?
		    PAM_PERM_DENIED : module(line, data);
		action = line->actions[code];
		switch (action) {
		case GENAUTH_ACTION_IGNORE:
			break;
		case GENAUTH_ACTION_RESET:
			state = entered[level];
			break;
		case GENAUTH_ACTION_OK:
		case GENAUTH_ACTION_DONE:
			accept_code(&state, code);
			if (action == GENAUTH_ACTION_DONE &&
			    state.impression == POSITIVE)
				i = leave(stack, i);
			break;
		case GENAUTH_ACTION_BAD:
		case GENAUTH_ACTION_DIE:
			refuse_code(&state, code);
			if (action == GENAUTH_ACTION_DIE)
				i = leave(stack, i);
			break;
		default:
			i = jump(stack, i, action, &state);
		}
	}
	return state.code == PAM_SUCCESS && state.impression != POSITIVE ?
	    PAM_PERM_DENIED : state.code;
}
