/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_roles.h owns whether a stack refuses who lacks the role or group that
 * the options of its service demand.
 */
#ifndef GENAUTH_LINT_ROLES_H
#define GENAUTH_LINT_ROLES_H

#include "ctl/report.h"
#include "stack/worlds.h"

/*
 * Adds findings, under the name of that check, about the auth phase of a
 * service.  conf: the file of options, whatever its lines say; NULL: theirs.
 * What is wrong with the options is not said here.
 */
void genauth_lint_roles_check(struct genauth_report *report,
    const char *check, const struct genauth_worlds *worlds,
    const char *service, const char *conf);

#endif
