/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/status.h"

#include <stddef.h>
#include <syslog.h>

static const struct genauth_status statuses[GENAUTH_VERDICT_COUNT] = {
#define VERDICT(name, pam_code, priority, delay, message, meaning, advice) \
	{ priority, delay, message, meaning, advice },
#include "common/verdicts.def"
#undef VERDICT
};

const struct genauth_status *
genauth_status_of(enum genauth_verdict verdict)
{
	return &statuses[verdict < GENAUTH_VERDICT_COUNT ? verdict :
	    GENAUTH_INTERNAL];
}
