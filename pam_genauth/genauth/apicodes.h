/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apicodes.h owns the look-up in apicodes.def.
 */
#ifndef GENAUTH_APICODES_H
#define GENAUTH_APICODES_H

#include <stdbool.h>

#include "common/verdict.h"

struct genauth_apicode {
	enum genauth_verdict verdict;
	const char *meaning;
	const char *advice;	/* or NULL */
};

/*
 * What the codes of a reply mean; api_code is only looked at when
 * has_api_code.  GENAUTH_OK for statusCode 200 alone, and not if api_code is
 * known as a refusal or a step; GENAUTH_DENIED for what no row describes.
 */
struct genauth_apicode genauth_apicodes_explain(bool has_api_code,
    long long api_code, long long status_code);

#endif
