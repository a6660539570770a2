/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_sshd.h owns what sshd_config must say for pam_genauth.
 */
#ifndef GENAUTH_LINT_SSHD_H
#define GENAUTH_LINT_SSHD_H

#include "ctl/report.h"

/*
 * Adds findings about the file and what it includes, Match blocks aside.
 * asks: whether a second factor may be asked for.
 */
void genauth_lint_sshd(struct genauth_report *report, const char *path,
    bool asks);

#endif
