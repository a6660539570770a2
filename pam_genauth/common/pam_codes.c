/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/pam_codes.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define CODE(name) [name] = #name

static const char *const names[GENAUTH_PAM_CODES] = {
	CODE(PAM_SUCCESS), CODE(PAM_OPEN_ERR), CODE(PAM_SYMBOL_ERR),
	CODE(PAM_SERVICE_ERR), CODE(PAM_SYSTEM_ERR), CODE(PAM_BUF_ERR),
	CODE(PAM_PERM_DENIED), CODE(PAM_AUTH_ERR), CODE(PAM_CRED_INSUFFICIENT),
	CODE(PAM_AUTHINFO_UNAVAIL), CODE(PAM_USER_UNKNOWN), CODE(PAM_MAXTRIES),
	CODE(PAM_NEW_AUTHTOK_REQD), CODE(PAM_ACCT_EXPIRED),
	CODE(PAM_SESSION_ERR), CODE(PAM_CRED_UNAVAIL), CODE(PAM_CRED_EXPIRED),
	CODE(PAM_CRED_ERR), CODE(PAM_NO_MODULE_DATA), CODE(PAM_CONV_ERR),
	CODE(PAM_AUTHTOK_ERR), CODE(PAM_AUTHTOK_RECOVERY_ERR),
	CODE(PAM_AUTHTOK_LOCK_BUSY), CODE(PAM_AUTHTOK_DISABLE_AGING),
	CODE(PAM_TRY_AGAIN), CODE(PAM_IGNORE), CODE(PAM_ABORT),
	CODE(PAM_AUTHTOK_EXPIRED), CODE(PAM_MODULE_UNKNOWN),
	CODE(PAM_BAD_ITEM), CODE(PAM_CONV_AGAIN), CODE(PAM_INCOMPLETE),
};

int
genauth_pam_codes_of(enum genauth_verdict verdict)
{
	static const int codes[GENAUTH_VERDICT_COUNT] = {
#define VERDICT(name, pam_code, ...) pam_code,
#include "common/verdicts.def"
#undef VERDICT
	};

	return verdict < GENAUTH_VERDICT_COUNT ? codes[verdict] :
	    PAM_SYSTEM_ERR;
}

const char *
genauth_pam_codes_name(int code)
{
	return code >= 0 && code < GENAUTH_PAM_CODES ? names[code] : NULL;
}

int
genauth_pam_codes_parse(const char *name)
{
	/* libpam's own word for it differs from the constant. */
	if (strcasecmp(name, "authtok_recover_err") == 0)
		return PAM_AUTHTOK_RECOVERY_ERR;
	for (int code = 0; code < GENAUTH_PAM_CODES; code++)
		if (names[code] != NULL && (strcasecmp(names[code], name) ==
		    0 || strcasecmp(names[code] + strlen("PAM_"), name) == 0))
			return code;
	return -1;
}
