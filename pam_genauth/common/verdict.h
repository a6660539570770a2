/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.h owns the closed list of ways in which one login can end.  Every
 * layer speaks in these; only module/status.c knows what they mean to PAM.
 */
#ifndef GENAUTH_VERDICT_H
#define GENAUTH_VERDICT_H

/*
 * INTERNAL is 0 and OK is not, so that memory which was only zeroed, a
 * forgotten assignment or a truncated message is a refusal.
 */
enum genauth_verdict {
	GENAUTH_INTERNAL = 0,	/* out of memory, helper died, unforeseen */
	GENAUTH_OK,		/* GenAuth accepted account and password */
	GENAUTH_DENIED,		/* wrong password, unknown account, refused */
	GENAUTH_LOCKED,		/* locked, too many failures, captcha demanded */
	GENAUTH_DISABLED,	/* no access to this application or tenant */
	GENAUTH_PASSWORD_CHANGE,/* right password that must be changed first */
	GENAUTH_STEP_NEEDED,	/* MFA, profile completion, account choice */
	GENAUTH_THROTTLED,	/* too many requests */
	GENAUTH_UNAVAILABLE,	/* network, TLS, time limit, reply not usable */
	GENAUTH_CONFIG,		/* options, files, app id or secret are wrong */
	GENAUTH_SKIP,		/* not a user for this module */
};

/*
 * The name of a verdict as it stands in the log, "OK" … "SKIP".  Never NULL:
 * a value outside the list is named "INTERNAL".
 */
const char *genauth_verdict_name(enum genauth_verdict verdict);

/* The verdict of that name; GENAUTH_INTERNAL for any other text and NULL. */
enum genauth_verdict genauth_verdict_parse(const char *name);

#endif
