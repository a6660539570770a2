/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdicts.h owns the plain words for a verdict, for the administrator; those
 * for the person are in module/status.c.
 */
#ifndef GENAUTH_VERDICTS_H
#define GENAUTH_VERDICTS_H

#include "common/verdict.h"

/* What the verdict means; translated. */
const char *genauth_verdicts_meaning(enum genauth_verdict verdict);

/* What the administrator can do, translated; NULL: nothing to do. */
const char *genauth_verdicts_advice(enum genauth_verdict verdict);

#endif
