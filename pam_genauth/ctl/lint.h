/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint.h owns the questions that a PAM stack with pam_genauth is asked: who
 * gets in when GenAuth says no, whether root still does, whether GenAuth is
 * asked at all, and whether it is told of new passwords (lint_password.h).
 */
#ifndef GENAUTH_LINT_H
#define GENAUTH_LINT_H

#include "ctl/report.h"

/*
 * Adds findings about a service whose file is directory/service, or path if
 * that is not NULL.  conf: the file of its options, NULL: the one that its
 * lines name.  Returns false, without a finding, if neither its auth nor its
 * password phase has a line of the module; what is wrong with such a stack is
 * not our business.
 */
bool genauth_lint(struct genauth_report *report, const char *directory,
    const char *service, const char *path, const char *conf);

#endif
