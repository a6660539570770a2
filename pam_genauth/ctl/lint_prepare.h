/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_prepare.h owns whether a line of pam_genauth with the flag "prepare"
 * harms nobody, and is of use.
 */
#ifndef GENAUTH_LINT_PREPARE_H
#define GENAUTH_LINT_PREPARE_H

#include "ctl/report.h"
#include "stack/worlds.h"

/* Adds findings about these lines, under the name of that check. */
void genauth_lint_prepare_check(struct genauth_report *report,
    const char *check, const struct genauth_worlds *worlds);

#endif
