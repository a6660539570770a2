/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/demands.h"

#include <string.h>

/* A code needs somebody who has typed it. */
static bool
is_factor_sound(const struct genauth_demands *demands,
    const struct genauth_answer *answer)
{
	switch (answer->factor) {
	case GENAUTH_FACTOR_NONE:
		return demands->options->second_factor !=
		    GENAUTH_SECOND_FACTOR_REQUIRED;
	case GENAUTH_FACTOR_GRACE:
		return demands->grace[0] != '\0' &&
		    strcmp(answer->sub, demands->grace) == 0;
	default:
		return demands->replied;
	}
}

/* Whether nothing is demanded, or there is a code that meets it. */
static bool
is_met(const char *demand, const char *codes)
{
	return demand == NULL || (codes[0] != '\0' && strcmp(codes, "-") != 0);
}

const char *
genauth_demands_lacks(const struct genauth_demands *demands,
    const struct genauth_answer *answer)
{
	const struct genauth_options *options = demands->options;

	if (answer->proven == 0 &&
	    options->identity == GENAUTH_IDENTITY_REQUIRED)
		return "identity = required, but genauth-signin has proven "
		    "nothing";
	if (demands->sub[0] != '\0' && strcmp(answer->sub, demands->sub) != 0)
		return "account_map has a sub, but genauth-signin has let in "
		    "another one";
	if (!is_factor_sound(demands, answer))
		return "genauth-signin has let in somebody without the second "
		    "factor";
	if (!is_met(options->require_roles, answer->roles) ||
	    !is_met(options->require_groups, answer->groups))
		return "genauth-signin names no role or group that is required";
	return NULL;
}
