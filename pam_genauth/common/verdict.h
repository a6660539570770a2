/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.h owns the closed list of ways in which one login can end
 * (verdicts.def).  Every layer speaks in these.
 */
#ifndef GENAUTH_VERDICT_H
#define GENAUTH_VERDICT_H

enum genauth_verdict {
#define VERDICT(name, ...) GENAUTH_##name,
#include "common/verdicts.def"
#undef VERDICT
	GENAUTH_VERDICT_COUNT
};

/*
 * The name of a verdict as it stands in the log, "OK" … "SKIP".  Never NULL:
 * a value outside the list is named "INTERNAL".
 */
const char *genauth_verdict_name(enum genauth_verdict verdict);

/* The verdict of that name; GENAUTH_INTERNAL for any other text and NULL. */
enum genauth_verdict genauth_verdict_parse(const char *name);

#endif
