/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/verdict.h"

#include <string.h>

static const char *const names[GENAUTH_VERDICT_COUNT] = {
#define VERDICT(name, ...) #name,
#include "common/verdicts.def"
#undef VERDICT
};

const char *
genauth_verdict_name(enum genauth_verdict verdict)
{
	return names[verdict < GENAUTH_VERDICT_COUNT ? verdict :
	    GENAUTH_INTERNAL];
}

enum genauth_verdict
genauth_verdict_parse(const char *name)
{
	int verdict = name == NULL ? 0 : GENAUTH_VERDICT_COUNT - 1;

	while (verdict > 0 && strcmp(name, names[verdict]) != 0)
		verdict--;
	return (enum genauth_verdict)verdict;
}
