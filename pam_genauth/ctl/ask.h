/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.h owns the question to genauth-signin what it finds on the way to
 * GenAuth.
 */
#ifndef GENAUTH_ASK_H
#define GENAUTH_ASK_H

#include "common/answer.h"
#include "common/files.h"
#include "common/finding.h"
#include "common/options.h"
#include "common/question.h"

/*
 * Starts a genauth-signin of its own, asks it as genauth_helper_check does, and
 * ends it.  answer is emptied first and always set: SKIP when all steps were
 * taken, else why not.  The caller frees it.
 */
void genauth_ask_signin(const struct genauth_options *options,
    const struct genauth_files *files, const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener,
    struct genauth_answer *answer);

#endif
