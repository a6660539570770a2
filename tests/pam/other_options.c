/* SPDX-License-Identifier: BSD-2-Clause */
/* A version that speaks as ours does, but has one option less. */
#include <string.h>

#include "common/options.h"

bool __real_genauth_options_decode(struct genauth_options *options,
    const char *key, const char *value, struct genauth_failure *failure);
bool __wrap_genauth_options_decode(struct genauth_options *options,
    const char *key, const char *value, struct genauth_failure *failure);

bool
__wrap_genauth_options_decode(struct genauth_options *options,
    const char *key, const char *value, struct genauth_failure *failure)
{
	return __real_genauth_options_decode(options,
	    strcmp(key, "revoke_tokens") == 0 ? "not_yet" : key, value,
	    failure);
}
