/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simulate.h owns what libpam makes of the codes that the modules of a stack
 * return (Linux-PAM, libpam/pam_dispatch.c).  No module is loaded.
 */
#ifndef GENAUTH_SIMULATE_H
#define GENAUTH_SIMULATE_H

#include "stack/stack.h"

/* What the module of a line would return. */
typedef int genauth_simulate_module(const struct genauth_stack_line *line,
    void *data);

/*
 * The PAM code that the host gets.  Modules are asked in order, those that
 * the stack skips are not; *last is the index of the last one asked, or
 * stack->count when there was none.
 */
int genauth_simulate(const struct genauth_stack *stack,
    genauth_simulate_module *module, void *data, size_t *last);

#endif
