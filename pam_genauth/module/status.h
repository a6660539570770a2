/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.h owns what a verdict means to PAM and to the person.  Nothing else
 * is decided here, and nowhere else is it decided.
 */
#ifndef GENAUTH_STATUS_H
#define GENAUTH_STATUS_H

#include <stdbool.h>

#include "common/verdict.h"

struct genauth_status {
	int pam_code;		/* what pam_sm_authenticate returns */
	int priority;		/* syslog priority of the log line */
	bool delay;		/* a refusal of the person: slow guessing down */
	const char *message;	/* for the person, in English; or NULL */
};

/* PAM_SYSTEM_ERR for a value that is no verdict. */
struct genauth_status genauth_status_of(enum genauth_verdict verdict);

#endif
