/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.h owns what a verdict means to the person and to the administrator
 * (verdicts.def); what it means to PAM is in module/pam_codes.h.
 */
#ifndef GENAUTH_STATUS_H
#define GENAUTH_STATUS_H

#include <stdbool.h>

#include "common/verdict.h"

/* Texts are English, for gettext to look up. */
struct genauth_status {
	int priority;		/* syslog priority of the log line */
	bool delay;		/* a refusal of the person: slow guessing down */
	const char *message;	/* for the person; or NULL */
	const char *meaning;	/* for the administrator */
	const char *advice;	/* for the administrator; or NULL */
};

/* That of INTERNAL for a value that is no verdict. */
const struct genauth_status *genauth_status_of(enum genauth_verdict verdict);

#endif
