/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_factor.h owns over which hosts a second factor can be asked for.
 */
#ifndef GENAUTH_LINT_FACTOR_H
#define GENAUTH_LINT_FACTOR_H

#include "common/options.h"
#include "ctl/report.h"

/* Whether a login with these options may ask for one. */
bool genauth_lint_factor_is_asked(const struct genauth_options *options);

/*
 * Adds a finding where the host of the service knows only a password, and gives
 * it for an answer to whatever it is asked.
 */
void genauth_lint_factor(struct genauth_report *report, const char *check,
    const char *file, const char *service,
    const struct genauth_options *options);

#endif
