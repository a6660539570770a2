/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code.h owns the asking for a code of a second factor: how often, and what
 * is worth being sent.
 */
#ifndef GENAUTH_CODE_H
#define GENAUTH_CODE_H

#include "genauth/client.h"

enum genauth_code_finding {
	GENAUTH_CODE_UNKNOWN,	/* no usable answer; failure says why */
	GENAUTH_CODE_WRONG,
	GENAUTH_CODE_RIGHT,
};

/* One kind of code. */
struct genauth_code {
	enum genauth_prompt prompt, again;
	const char *detail;	/* where it was sent; NULL: nowhere */
	/* Has GenAuth look at a code, once. */
	enum genauth_code_finding (*verify)(void *data, const char *code,
	    struct genauth_failure *failure);
	void *data;
};

/*
 * Asks up to mfa_tries times.  true: GenAuth has said that the code is right.
 * A text that can be no code, and one that was sent already, are not sent; they
 * are wrong.  The failure is DENIED after the last try, else that of asking or
 * verifying.
 */
bool genauth_code_ask(struct genauth_client *client,
    const struct genauth_code *code, struct genauth_failure *failure);

#endif
