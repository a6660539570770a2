/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/apicodes.h"

#include <stddef.h>

static const struct {
	long long code;
	struct genauth_apicode row;
} api_codes[] = {
#define APICODE(code, verdict, meaning, advice) \
	{ code, { GENAUTH_##verdict, meaning, advice } },
#define STATUSCODE(...)
#include "genauth/apicodes.def"
#undef APICODE
#undef STATUSCODE
};

static const struct {
	long long first, last;
	struct genauth_apicode row;
} status_codes[] = {
#define APICODE(...)
#define STATUSCODE(first, last, verdict, meaning, advice) \
	{ first, last, { GENAUTH_##verdict, meaning, advice } },
#include "genauth/apicodes.def"
#undef APICODE
#undef STATUSCODE
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct genauth_apicode
genauth_apicodes_explain(bool has_api_code, long long api_code,
    long long status_code)
{
	struct genauth_apicode row = { GENAUTH_DENIED,
	    "GenAuth refused for a reason that is not in the list",
	    "look its code up in the GenAuth documentation" };

	for (size_t i = 0; has_api_code && i < COUNT(api_codes); i++)
		if (api_codes[i].code == api_code) {
			if (api_codes[i].row.verdict != GENAUTH_OK)
				return api_codes[i].row;
			has_api_code = false;
		}
	for (size_t i = 0; i < COUNT(status_codes); i++)
		if (status_code >= status_codes[i].first &&
		    status_code <= status_codes[i].last) {
			if (has_api_code &&
			    status_codes[i].row.verdict == GENAUTH_CONFIG)
				break;
			return status_codes[i].row;
		}
	return row;
}
