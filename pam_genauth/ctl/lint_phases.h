/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_phases.h owns what is asked of every phase of a stack: that libpam can
 * load its modules, and that pam_genauth does something there.
 */
#ifndef GENAUTH_LINT_PHASES_H
#define GENAUTH_LINT_PHASES_H

#include "ctl/report.h"
#include "stack/stack.h"

/* Adds findings about the lines of all phases. */
void genauth_lint_phases_check(struct genauth_report *report,
    const char *check, const struct genauth_stack *stacks);

/* Adds a finding where a service that logs in has no account phase. */
void genauth_lint_phases_account(struct genauth_report *report,
    const char *check, const struct genauth_stack *account,
    const char *service);

#endif
