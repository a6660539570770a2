/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_faillock.h owns whether pam_faillock takes for a wrong password what is
 * none.
 */
#ifndef GENAUTH_LINT_FAILLOCK_H
#define GENAUTH_LINT_FAILLOCK_H

#include "ctl/report.h"
#include "stack/worlds.h"

/* Adds a finding, under the name of that check, if it does. */
void genauth_lint_faillock_check(struct genauth_report *report,
    const char *check, const struct genauth_worlds *worlds);

#endif
