/* SPDX-License-Identifier: BSD-2-Clause */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/files.h"
#include "common/finding.h"
#include "common/helper_user.h"
#include "common/intl.h"
#include "common/paths.h"
#include "common/question.h"
#include "ctl/ask.h"
#include "ctl/check.h"
#include "ctl/key_file.h"
#include "genauth/reach.h"
#include "genauth/readable.h"

/* A certificate about to expire. */
#define DAYS_WARNING 14

/* The resolver goes on to the next name server after a second. */
#define DNS_WARNING_MS 1000

/* What genauth-signin finds, as that user and with that confinement. */
struct look {
	struct genauth_check *check;
	struct genauth_reach_place place;
	bool dns_done;
};

/* ---- a row, or several, for a finding ---------------------------------- */

static void
report_file(struct look *look, const struct genauth_finding *finding)
{
	struct genauth_check *check = look->check;
	const struct passwd *user = genauth_helper_user(
	    check->options.helper_user);
	char cure[700];

	if (!genauth_readable_may_tell_of(&check->options, finding->text)) {
		genauth_report_add(&check->report, "helper",
		    GENAUTH_RESULT_ERROR, _("install pam_genauth again"),
		    _("genauth-signin gave a malformed answer"));
		return;
	}
	snprintf(cure, sizeof(cure), _("chmod a+r %s, and a+x the folders "
	    "above it"), finding->text);
	genauth_report_add(&check->report, "files", finding->checked ==
	    GENAUTH_CHECKED_WRONG ? GENAUTH_RESULT_ERROR :
	    GENAUTH_RESULT_WARNING, cure, _("%s: helper_user %s cannot read "
	    "it"), finding->text, user != NULL ? user->pw_name : "?");
}

static void
report_dns_fault(struct look *look, const char *why)
{
	genauth_report_add(&look->check->report, "dns", GENAUTH_RESULT_ERROR,
	    _("does a name server of /etc/resolv.conf answer, and does a "
	    "firewall let helper_user ask it?"), "%s: %s", look->place.host,
	    why);
}

static void
report_dns(struct look *look, const struct genauth_finding *finding)
{
	struct genauth_check *check = look->check;
	bool slow = finding->ms >= DNS_WARNING_MS;

	look->dns_done = true;
	if (finding->checked == GENAUTH_CHECKED_UNKNOWN)
		report_dns_fault(look, finding->text);
	else if (finding->checked == GENAUTH_CHECKED_WRONG)
		genauth_report_add(&check->report, "dns", GENAUTH_RESULT_ERROR,
		    _("check app_host or proxy, and /etc/resolv.conf"),
		    "%s: %s", look->place.host, finding->text);
	else
		genauth_report_add(&check->report, "dns", slow ?
		    GENAUTH_RESULT_WARNING : GENAUTH_RESULT_OK, slow ?
		    _("put a name server that answers first in "
		    "/etc/resolv.conf") : NULL, _("%s is %s (%lld ms)"),
		    look->place.host, finding->text, finding->ms);
}

static void
report_tcp(struct look *look, const struct genauth_finding *finding)
{
	struct genauth_report *report = &look->check->report;
	const struct genauth_reach_place *place = &look->place;

	if (finding->checked == GENAUTH_CHECKED_RIGHT)
		genauth_report_add(report, "tcp", GENAUTH_RESULT_OK, NULL,
		    _("%s port %s answers (%lld ms)"), place->host,
		    place->port, finding->ms);
	else
		genauth_report_add(report, "tcp", GENAUTH_RESULT_ERROR,
		    _("is a firewall in the way, is a proxy needed?"),
		    _("%s port %s: %s"), place->host, place->port,
		    finding->text);
}

static void
report_tls(struct look *look, const struct genauth_finding *finding)
{
	struct genauth_check *check = look->check;
	const char *own = check->options.pinned_public_key;
	bool soon = finding->days_left < DAYS_WARNING;

	if (finding->checked != GENAUTH_CHECKED_RIGHT) {
		genauth_report_add(&check->report, "tls", GENAUTH_RESULT_ERROR,
		    _("see ca_file, pinned_public_key, client_cert and "
		    "tls_min_version in genauth.conf(5)"), "%s",
		    finding->text);
		return;
	}
	genauth_report_add(&check->report, "tls", soon ?
	    GENAUTH_RESULT_WARNING : GENAUTH_RESULT_OK,
	    soon ? _("tell who runs GenAuth; a new "
	    "key needs a new pinned_public_key") : NULL,
	    _("certificates: %lld, days left: %lld (%s)"),
	    finding->certificates, finding->days_left, finding->text);
	genauth_report_add(&check->report, "pin", GENAUTH_RESULT_OK, NULL,
	    own != NULL ? _("set and right: %s") : _("would be %s"),
	    finding->pin);
	genauth_check_reply(check, finding);
	if (check->options.token_endpoint_auth_method == GENAUTH_AUTH_NONE &&
	    check->until != GENAUTH_STEP_TLS)
		genauth_report_add(&check->report, "app",
		    GENAUTH_RESULT_SKIPPED, NULL, _("without a secret "
		    "there is nothing to compare"));
}

/* What is not known is no error: GenAuth may lack the endpoint. */
static void
report_answer(struct look *look, const char *name,
    const struct genauth_finding *finding, const char *right, const char *cure)
{
	struct genauth_report *report = &look->check->report;

	if (finding->checked == GENAUTH_CHECKED_RIGHT)
		genauth_report_add(report, name, GENAUTH_RESULT_OK, NULL,
		    "%s", right);
	else if (finding->checked == GENAUTH_CHECKED_WRONG)
		genauth_report_add(report, name, GENAUTH_RESULT_ERROR, cure,
		    "%s", finding->text);
	else
		genauth_report_add(report, name, GENAUTH_RESULT_WARNING,
		    _("try genauthctl login"), _("could not be checked: %s"),
		    finding->text);
}

static void
report_app(struct look *look, const struct genauth_finding *finding)
{
	report_answer(look, "app", finding,
	    _("GenAuth accepts app_id and app_secret"), _("compare app_id, "
	    "app_secret and app_host with the console"));
}

static void
report_method(struct look *look, const struct genauth_finding *finding)
{
	bool secret = look->check->options.token_endpoint_auth_method !=
	    GENAUTH_AUTH_NONE;

	report_answer(look, "method", finding, secret ? _("the token endpoint "
	    "accepts token_endpoint_auth_method") : _("the token endpoint "
	    "asks for no secret, as token_endpoint_auth_method says"),
	    _("compare token_endpoint_auth_method and app_secret with the "
	    "console"));
}

/* That of root, with which logins go on until root replaces it. */
static void
compare_key(struct genauth_check *check, const char *type, const char *key)
{
	const char *path = check->options.password_public_key_file;
	enum genauth_key_file held;
	struct genauth_failure ignored;
	char cure[4096];

	snprintf(cure, sizeof(cure), "genauthctl key --save %s%s%s%s%s", path,
	    check->service != NULL ? " --service " : "",
	    check->service != NULL ? check->service : "",
	    check->conf != NULL ? " --conf " : "",
	    check->conf != NULL ? check->conf : "");
	if (genauth_key_file_compare(path, key, &held, &ignored) &&
	    held == GENAUTH_KEY_FILE_SAME)
		genauth_report_add(&check->report, "key", GENAUTH_RESULT_OK,
		    NULL, _("%s holds the %s key that GenAuth publishes"),
		    path, type);
	else
		genauth_report_add(&check->report, "key", GENAUTH_RESULT_ERROR,
		    cure, _("%s does not hold the %s key that GenAuth "
		    "publishes now"), path, type);
}

static void
report_key(struct look *look, const struct genauth_finding *finding)
{
	const char *type = genauth_options_word(&look->check->options,
	    GENAUTH_OPTION_password_encrypt_type);
	char right[128];

	if (finding->checked == GENAUTH_CHECKED_RIGHT &&
	    look->check->options.password_public_key_file != NULL) {
		compare_key(look->check, type, finding->key);
		return;
	}
	snprintf(right, sizeof(right), _("GenAuth publishes a usable %s key"),
	    type);
	report_answer(look, "key", finding, right,
	    _("see password_encrypt_type in genauth.conf(5)"));
}

static const struct {
	void (*report)(struct look *look,
	    const struct genauth_finding *finding);
	const char *next;	/* what is looked at meanwhile */
} steps[GENAUTH_STEP_COUNT] = {
	[GENAUTH_STEP_FILES] = { report_file, "dns" },
	[GENAUTH_STEP_DNS] = { report_dns, "tcp" },
	[GENAUTH_STEP_TCP] = { report_tcp, "tls" },
	[GENAUTH_STEP_TLS] = { report_tls, "app" },
	[GENAUTH_STEP_APP] = { report_app, "method" },
	[GENAUTH_STEP_METHOD] = { report_method, "key" },
	[GENAUTH_STEP_KEY] = { report_key, "pam" },
};

/* Not what is known to be right; and a helper may do more than it is told to. */
static bool
is_told(struct genauth_check *check, const struct genauth_finding *finding)
{
	check->taken |= GENAUTH_BIT(finding->step);
	return (check->until == 0 || finding->step <= check->until) &&
	    (finding->step >= check->from || (finding->step !=
	    GENAUTH_STEP_FILES && finding->checked != GENAUTH_CHECKED_RIGHT));
}

static void
report(void *data, const struct genauth_finding *finding)
{
	struct look *look = data;

	if (!is_told(look->check, finding))
		return;
	steps[finding->step].report(look, finding);
	if (!look->check->offline)
		genauth_report_progress(&look->check->report,
		    steps[finding->step].next);
}

/* ---- the way to it ----------------------------------------------------- */

static void
skip(struct genauth_check *check, const char *why)
{
	static const char *const checks[] = { "dns", "tcp", "tls", "clock",
	    "genauth", "app", "method" };

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		genauth_report_add(&check->report, checks[i],
		    GENAUTH_RESULT_SKIPPED, NULL, "%s", why);
}

/* Opens them, and says whether genauth-signin could use what is in them. */
static bool
open_files(struct genauth_check *check, struct genauth_files *files)
{
	struct genauth_failure failure;
	struct genauth_secret content;
	bool done = genauth_files_open(files, &check->options, &failure);

	for (int i = 0; done && i < GENAUTH_FILES_COUNT; i++) {
		done = genauth_files_read(files, &check->options,
		    (enum genauth_files_of)i, &content, &failure);
		genauth_secret_free(&content);
	}
	genauth_files_close(files);
	/* Anew, for what is open is read to its end. */
	if (done && genauth_files_open(files, &check->options, &failure)) {
		if (check->from != 0)
			return true;
		genauth_report_add(&check->report, "files", GENAUTH_RESULT_OK,
		    NULL, _("what the options name can be read"));
		return true;
	}
	genauth_report_add(&check->report, "files", GENAUTH_RESULT_ERROR,
	    _("repair the file, or name another"), "%s", failure.text);
	return false;
}

/* Why genauth-signin did not come to the end; the rest is not known. */
static void
report_end(struct look *look, const struct genauth_answer *answer)
{
	struct genauth_report *report = &look->check->report;

	if (answer->verdict == GENAUTH_CONFIG)
		genauth_report_add(report, "options", GENAUTH_RESULT_ERROR,
		    _("see genauth.conf(5)"), "%s", answer->reason);
	else if (answer->verdict == GENAUTH_UNAVAILABLE && !look->dns_done)
		report_dns_fault(look, answer->reason);
	else
		genauth_report_add(report, "helper", GENAUTH_RESULT_ERROR,
		    _("each login fails in this way; what does this host or "
		    "container forbid?"), "%s", answer->reason);
}

static void
ask_helper(struct look *look, const struct genauth_files *files)
{
	struct genauth_check *check = look->check;
	const struct genauth_inquiry inquiry = { .offline = check->offline,
	    .timeout_ms = check->options.timeout_ms, .until = check->until };
	const struct genauth_finding_listener listener = { report, look };
	struct genauth_answer answer;

	genauth_ask_signin(&check->options, files, &inquiry, &listener,
	    &answer);
	if (answer.weaker[0] != '\0' && check->from == 0)
		genauth_report_add(&check->report, "helper",
		    GENAUTH_RESULT_WARNING, _("let the container allow these "
		    "calls, or take a newer kernel"), _("genauth-signin is "
		    "less confined than it should be: %s"), answer.weaker);
	if (answer.verdict != GENAUTH_SKIP)
		report_end(look, &answer);
	genauth_answer_free(&answer);
}

/* All that is not local is looked at by genauth-signin, as in a login. */
void
genauth_check_network(struct genauth_check *check)
{
	bool startable = access(genauth_paths.signin, X_OK) == 0;
	struct look look = { .check = check };
	struct genauth_files files;

	if (!check->usable) {
		skip(check, _("not before the options are right"));
		return;
	}
	if (!open_files(check, &files)) {
		skip(check, _("not before the files are right"));
		return;
	}
	genauth_reach_find_place(&check->options, &look.place);
	if (!check->offline && check->options.proxy != NULL)
		genauth_report_add(&check->report, "proxy", GENAUTH_RESULT_OK,
		    NULL, _("%s port %s, which also looks up the name of "
		    "GenAuth"), look.place.host, look.place.port);
	if (!check->offline)
		genauth_report_progress(&check->report, "dns");
	/* What is wrong with the program itself is said already. */
	if (startable)
		ask_helper(&look, &files);
	genauth_files_close(&files);
	if (check->offline || !startable)
		skip(check, check->offline ? "--offline" :
		    _("not before genauth-signin can be started"));
}
