/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/verdicts.h"

#include <stddef.h>

#include "ctl/intl.h"

static const struct {
	const char *meaning, *advice;
} rows[] = {
	[GENAUTH_OK] = { N_("GenAuth accepted account and password"), NULL },
	[GENAUTH_DENIED] = {
	    N_("wrong password, unknown account, or refused"),
	    N_("if the web page takes the password, see account_format") },
	[GENAUTH_LOCKED] = {
	    N_("the account is locked, or a captcha is demanded"),
	    N_("unlock it in the console; see forward_client_ip") },
	[GENAUTH_DISABLED] = {
	    N_("no access to this application, or the account is disabled"),
	    N_("grant access in the console") },
	[GENAUTH_PASSWORD_CHANGE] = {
	    N_("the password must be changed first"),
	    N_("the user changes it on the GenAuth page") },
	[GENAUTH_STEP_NEEDED] = {
	    N_("a second factor, a complete profile or the like is wanted"),
	    N_("the user signs in on the GenAuth page; exempt the application "
	    "from second factors") },
	[GENAUTH_THROTTLED] = { N_("too many requests"),
	    N_("wait; see forward_client_ip") },
	[GENAUTH_UNAVAILABLE] = {
	    N_("GenAuth cannot be reached, or its reply is not usable"),
	    N_("run genauthctl check") },
	[GENAUTH_CONFIG] = {
	    N_("an option or a file is wrong, or the application is refused"),
	    N_("run genauthctl check") },
	[GENAUTH_SKIP] = { N_("not a user whom pam_genauth serves"),
	    N_("see pam_genauth(8), Who is served") },
	[GENAUTH_INTERNAL] = {
	    N_("out of memory, helper missing or dead, or unforeseen"),
	    N_("run genauthctl check; look into the log") },
};

const char *
genauth_verdicts_meaning(enum genauth_verdict verdict)
{
	return _(rows[verdict].meaning);
}

const char *
genauth_verdicts_advice(enum genauth_verdict verdict)
{
	const char *advice = rows[verdict].advice;

	return advice != NULL ? _(advice) : NULL;
}
