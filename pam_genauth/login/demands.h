/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demands.h owns what an OK of genauth-signin must have for the options of a
 * login.  It has checked all of that itself; this is for one of another version,
 * or one that was taken over.  Pure functions.
 */
#ifndef GENAUTH_DEMANDS_H
#define GENAUTH_DEMANDS_H

#include "common/answer.h"
#include "common/options.h"

struct genauth_demands {
	const struct genauth_options *options;
	const char *sub;	/* of account_map; "": any */
	const char *grace;	/* of whom no factor is demanded; "": nobody */
	bool replied;		/* a person has typed a code */
};

/* What an answer that is OK lacks, for the log; NULL: nothing. */
const char *genauth_demands_lacks(const struct genauth_demands *demands,
    const struct genauth_answer *answer);

#endif
