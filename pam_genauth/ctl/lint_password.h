/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_password.h owns what a line of pam_genauth in the password phase needs
 * so that passwd(1) changes GenAuth's passwords, and local ones all the same.
 */
#ifndef GENAUTH_LINT_PASSWORD_H
#define GENAUTH_LINT_PASSWORD_H

#include "common/options.h"
#include "ctl/report.h"
#include "stack/stack.h"

/*
 * The first line from index "from" on that changes passwords; count: none.
 * stack: the password phase.
 */
size_t genauth_lint_password_find(const struct genauth_stack *stack,
    size_t from);

/* Adds findings about these lines, under the name of that check. */
void genauth_lint_password_check(struct genauth_report *report,
    const char *check, const struct genauth_stack *stack);

/* Adds a finding where a line with these options, of that file, cannot work. */
void genauth_lint_password_options(struct genauth_report *report,
    const char *check, const char *file,
    const struct genauth_stack_line *line,
    const struct genauth_options *options);

#endif
