/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/tell.h"

#include "common/intl.h"
#include "common/pam_codes.h"
#include "ctl/say.h"
#include "login/status.h"

void
genauth_tell_verdict(enum genauth_verdict verdict, const char *reason)
{
	int code = genauth_pam_codes_of(verdict);

	genauth_say(GENAUTH_SAY_LABEL, _("verdict    %s: %s\n"),
	    genauth_verdict_name(verdict),
	    _(genauth_status_of(verdict)->meaning));
	if (reason != NULL)
		genauth_say(GENAUTH_SAY_LABEL, _("reason     %s\n"), reason);
	genauth_say(GENAUTH_SAY_LABEL, _("PAM code   %s (%d)\n"),
	    genauth_pam_codes_name(code), code);
}

void
genauth_tell_factor(const struct genauth_answer *answer)
{
	if (answer->factor != GENAUTH_FACTOR_NONE)
		genauth_say(GENAUTH_SAY_LABEL, _("factor     %s\n"),
		    genauth_factor_name(answer->factor));
}

void
genauth_tell_codes(const struct genauth_answer *answer)
{
	genauth_say(GENAUTH_SAY_LABEL, _("GenAuth    HTTP %lld, statusCode "
	    "%lld, apiCode %lld\n"), answer->http_status, answer->status_code,
	    answer->api_code);
}
