/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/status.h"

#include <security/pam_modules.h>

#include <stddef.h>
#include <syslog.h>

/* For xgettext; conversation.c looks the translation up. */
#define N_(text) text

struct genauth_status
genauth_status_of(enum genauth_verdict verdict)
{
	/* No default: a new verdict without a row warns at compile time. */
	switch (verdict) {
	case GENAUTH_OK:
		return (struct genauth_status){ PAM_SUCCESS, LOG_INFO, false,
		    NULL };
	case GENAUTH_DENIED:
		/* Never which of the two was wrong. */
		return (struct genauth_status){ PAM_AUTH_ERR, LOG_NOTICE, true,
		    NULL };
	case GENAUTH_LOCKED:
		return (struct genauth_status){ PAM_MAXTRIES, LOG_NOTICE, true,
		    N_("Your GenAuth account is locked. Wait, or sign in on "
		    "the GenAuth web page to unlock it.") };
	case GENAUTH_DISABLED:
		return (struct genauth_status){ PAM_PERM_DENIED, LOG_NOTICE,
		    true, N_("GenAuth refused your account access to this "
		    "host. Ask your administrator.") };
	case GENAUTH_PASSWORD_CHANGE:
		/*
		 * Not PAM_NEW_AUTHTOK_REQD: a "sufficient" line takes that
		 * for a success.
		 */
		return (struct genauth_status){ PAM_AUTH_ERR, LOG_NOTICE, true,
		    N_("Your password must be changed first. Change it on the "
		    "GenAuth web page, then try again.") };
	case GENAUTH_STEP_NEEDED:
		return (struct genauth_status){ PAM_AUTH_ERR, LOG_NOTICE, true,
		    N_("GenAuth asks for one more step. Sign in on the GenAuth "
		    "web page first, then try again.") };
	case GENAUTH_THROTTLED:
		return (struct genauth_status){ PAM_AUTHINFO_UNAVAIL,
		    LOG_WARNING, false, N_("Too many attempts. Wait a minute, "
		    "then try again.") };
	case GENAUTH_UNAVAILABLE:
		return (struct genauth_status){ PAM_AUTHINFO_UNAVAIL,
		    LOG_WARNING, false, N_("GenAuth cannot be reached.") };
	case GENAUTH_CONFIG:
		return (struct genauth_status){ PAM_SERVICE_ERR, LOG_ERR, false,
		    NULL };
	case GENAUTH_SKIP:
		return (struct genauth_status){ PAM_USER_UNKNOWN, LOG_INFO,
		    true, NULL };
	case GENAUTH_INTERNAL:
		break;
	}
	return (struct genauth_status){ PAM_SYSTEM_ERR, LOG_CRIT, false, NULL };
}
