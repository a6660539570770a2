/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * survey.h owns the look at all that a login needs outside this process,
 * without a login: files of the system, the way to GenAuth, the application.
 */
#ifndef GENAUTH_SURVEY_H
#define GENAUTH_SURVEY_H

#include "common/finding.h"
#include "common/options.h"
#include "common/question.h"
#include "genauth/http.h"

/*
 * Takes the steps in their order and tells of each as it is done; those that
 * make no sense any more, that the options leave out, or that come after
 * inquiry->until are not taken.  http
 * must not have a connection yet.
 */
void genauth_survey(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener);

#endif
