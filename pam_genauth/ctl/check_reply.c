/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "common/intl.h"
#include "ctl/check.h"
#include "genauth/system.h"

/* A clock that is off. */
#define CLOCK_WARNING_S 60

static void
check_clock(struct genauth_check *check,
    const struct genauth_finding *finding)
{
	if (!finding->has_date)
		genauth_report_add(&check->report, "clock",
		    GENAUTH_RESULT_SKIPPED, NULL,
		    _("the reply does not say what time it is"));
	else if (llabs(finding->clock_ahead) > CLOCK_WARNING_S)
		genauth_report_add(&check->report, "clock",
		    GENAUTH_RESULT_WARNING, _("set the clock, see "
		    "timedatectl(1)"), _("this host is %lld seconds %s"),
		    llabs(finding->clock_ahead), finding->clock_ahead > 0 ?
		    _("ahead of GenAuth") : _("behind GenAuth"));
	else
		genauth_report_add(&check->report, "clock", GENAUTH_RESULT_OK,
		    NULL, _("at most %lld seconds off"),
		    llabs(finding->clock_ahead));
}

/* Some other HTTPS server would do for all that was looked at so far. */
static void
check_genauth(struct genauth_check *check,
    const struct genauth_finding *finding)
{
	const char *host = check->options.app_host;

	if (finding->http_status != 200 || !finding->is_json)
		genauth_report_add(&check->report, "genauth",
		    GENAUTH_RESULT_ERROR, _("compare app_host with the "
		    "authentication address in the console"),
		    _("%s is no GenAuth: HTTP status %lld for %s"), host,
		    finding->http_status, GENAUTH_SYSTEM_PATH);
	else if (!finding->has_keys)
		genauth_report_add(&check->report, "genauth",
		    GENAUTH_RESULT_WARNING, _("compare app_host with the "
		    "authentication address in the console"),
		    _("%s may be no GenAuth: no public keys at %s"), host,
		    GENAUTH_SYSTEM_PATH);
	else
		genauth_report_add(&check->report, "genauth",
		    GENAUTH_RESULT_OK, NULL, _("%s answers like GenAuth"),
		    host);
}

void
genauth_check_reply(struct genauth_check *check,
    const struct genauth_finding *finding)
{
	check_clock(check, finding);
	check_genauth(check, finding);
}
