/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_callers.h owns which services call PAM without the rights that a login
 * takes, and what these need to have GenAuth asked all the same.
 */
#ifndef GENAUTH_LINT_CALLERS_H
#define GENAUTH_LINT_CALLERS_H

#include "ctl/report.h"
#include "stack/stack.h"

/*
 * Adds a finding for each line of the module where the service can neither read
 * the options nor ask at the socket, or has no network; none for a line with a
 * file of its own, nor for a service that is not known.  conf: as
 * genauth_lint has it.
 */
void genauth_lint_callers_check(struct genauth_report *report,
    const char *check, const struct genauth_stack *stack, const char *service,
    const char *conf);

#endif
