/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/survey.h"

#include <stdio.h>

#include "common/clock.h"
#include "genauth/check_app.h"
#include "genauth/password_key.h"
#include "genauth/probe.h"
#include "genauth/reach.h"
#include "genauth/readable.h"

/* false: it is wrong, for certain. */
static bool
tell(const struct genauth_finding_listener *listener, enum genauth_step step,
    enum genauth_checked checked, const struct genauth_failure *failure)
{
	struct genauth_finding finding = { .step = step, .checked = checked };

	if (checked != GENAUTH_CHECKED_RIGHT)
		snprintf(finding.text, sizeof(finding.text), "%s",
		    failure->text);
	listener->found(listener->data, &finding);
	return checked != GENAUTH_CHECKED_WRONG;
}

static bool
is_wanted(const struct genauth_inquiry *inquiry, enum genauth_step step)
{
	return inquiry->until == 0 || step <= inquiry->until;
}

/* Without a secret there is nothing to compare. */
static bool
check_secret(struct genauth_http *http, const struct genauth_options *options,
    long long deadline, const struct genauth_finding_listener *listener)
{
	struct genauth_failure failure;

	return options->token_endpoint_auth_method == GENAUTH_AUTH_NONE ||
	    tell(listener, GENAUTH_STEP_APP, genauth_check_app_secret(http,
	    options, deadline, &failure), &failure);
}

static void
check_key(struct genauth_http *http, const struct genauth_options *options,
    long long deadline, const struct genauth_finding_listener *listener)
{
	struct genauth_finding finding = { .step = GENAUTH_STEP_KEY };
	struct genauth_failure failure;
	struct genauth_secret key;

	if (!genauth_password_key_is_used(options))
		return;
	if (genauth_password_key_check(http, options, deadline, &key,
	    &failure)) {
		snprintf(finding.key, sizeof(finding.key), "%s", key.data);
	} else {
		finding.checked = GENAUTH_CHECKED_WRONG;
		snprintf(finding.text, sizeof(finding.text), "%s",
		    failure.text);
	}
	genauth_secret_free(&key);
	listener->found(listener->data, &finding);
}

void
genauth_survey(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener)
{
	const long long limit = inquiry->timeout_ms;
	struct genauth_failure failure;
	struct genauth_finding finding;

	genauth_readable_check(options, listener);
	if (inquiry->offline || !genauth_reach(options, limit, listener))
		return;
	genauth_probe(http, genauth_clock_ms() + limit, &finding);
	listener->found(listener->data, &finding);
	if (finding.checked != GENAUTH_CHECKED_RIGHT ||
	    !is_wanted(inquiry, GENAUTH_STEP_APP))
		return;
	if (check_secret(http, options, genauth_clock_ms() + limit,
	    listener) && is_wanted(inquiry, GENAUTH_STEP_METHOD))
		tell(listener, GENAUTH_STEP_METHOD, genauth_check_app_method(
		    http, options, genauth_clock_ms() + limit, &failure),
		    &failure);
	if (is_wanted(inquiry, GENAUTH_STEP_KEY))
		check_key(http, options, genauth_clock_ms() + limit, listener);
}
