/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/verdict.h"

#include <string.h>

const char *
genauth_verdict_name(enum genauth_verdict verdict)
{
	/* No default: a new verdict without a name warns at compile time. */
	switch (verdict) {
	case GENAUTH_INTERNAL:		return "INTERNAL";
	case GENAUTH_OK:		return "OK";
	case GENAUTH_DENIED:		return "DENIED";
	case GENAUTH_LOCKED:		return "LOCKED";
	case GENAUTH_DISABLED:		return "DISABLED";
	case GENAUTH_PASSWORD_CHANGE:	return "PASSWORD_CHANGE";
	case GENAUTH_STEP_NEEDED:	return "STEP_NEEDED";
	case GENAUTH_THROTTLED:		return "THROTTLED";
	case GENAUTH_UNAVAILABLE:	return "UNAVAILABLE";
	case GENAUTH_CONFIG:		return "CONFIG";
	case GENAUTH_SKIP:		return "SKIP";
	}
	return "INTERNAL";
}

enum genauth_verdict
genauth_verdict_parse(const char *name)
{
	for (enum genauth_verdict verdict = GENAUTH_OK;
	    name != NULL && verdict <= GENAUTH_SKIP; verdict++)
		if (strcmp(name, genauth_verdict_name(verdict)) == 0)
			return verdict;
	return GENAUTH_INTERNAL;
}
