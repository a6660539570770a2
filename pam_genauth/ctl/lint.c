/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint.h"

#include <stdio.h>

#include "common/intl.h"
#include "ctl/lint_callers.h"
#include "ctl/lint_faillock.h"
#include "ctl/lint_password.h"
#include "ctl/lint_phases.h"
#include "ctl/lint_prepare.h"
#include "ctl/lint_roles.h"
#include "ctl/settings.h"
#include "stack/modules.h"
#include "stack/stack.h"
#include "stack/worlds.h"

/* Findings about one service, under one name. */
struct subject {
	struct genauth_report *report;
	const struct genauth_stack *stack;	/* auth */
	struct genauth_worlds worlds;
	char check[80];
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
add_error(void *data, const char *text)
{
	struct subject *subject = data;

	genauth_report_add(subject->report, subject->check,
	    GENAUTH_RESULT_ERROR, _("repair this line"), "%s", text);
}

static void
add_finding(void *data, enum genauth_stack_finding finding, const char *text)
{
	struct subject *subject = data;

	if (finding == GENAUTH_STACK_ERROR)
		add_error(data, text);
	else
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, finding == GENAUTH_STACK_LONG ?
		    _("make it shorter") : _("remove the backslash, or the "
		    "blank line or comment behind it"), "%s", text);
}

/* Fills in in which worlds the user gets in; returns how many those are. */
static unsigned
visit_all(const struct genauth_worlds *worlds,
    const struct genauth_worlds_visitor *visitor,
    bool enters[GENAUTH_WORLDS_LIMIT])
{
	unsigned count = 0;

	for (unsigned i = 0; i < genauth_worlds_count(worlds); i++) {
		enters[i] = genauth_worlds_visit(worlds, visitor, i).enters;
		count += enters[i];
	}
	return count;
}

/*
 * The line of a gate whose yes, or no, makes the difference between getting in
 * and not; NULL: there is none.
 */
static const struct genauth_stack_line *
find_gate(const struct genauth_worlds *worlds, const bool *enters, bool yes)
{
	for (unsigned world = 0; world < genauth_worlds_count(worlds); world++)
		for (unsigned i = 0; i < worlds->gate_count; i++) {
			unsigned gate = 1U << i;

			if (enters[world] && !enters[world ^ gate] &&
			    ((world & gate) != 0) == yes)
				return &worlds->stack->lines[worlds->gates[i]];
		}
	return NULL;
}

/* Somebody gets in without a password in some worlds. */
static void
add_gates(struct subject *subject, const bool *enters)
{
	const struct genauth_stack_line *line = find_gate(&subject->worlds,
	    enters, false);

	if (line != NULL) {
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_ERROR, _("count the lines that a jump "
		    "passes over, see pam_genauth(8), STACKS"), _("%s:%u: "
		    "lets everybody in to whom %s says no"), line->file,
		    line->number, line->module);
		return;
	}
	line = find_gate(&subject->worlds, enters, true);
	if (line != NULL)
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, _("if that is not meant, remove "
		    "the line"), _("%s:%u: lets everybody in, without a "
		    "password, to whom %s says yes"), line->file, line->number,
		    line->module);
}

/* Nobody gets in because GenAuth says no, or says nothing. */
static void
lint_refusals(struct subject *subject)
{
	static const struct {
		int code;
		const char *when;
	} refusals[] = {
		{ PAM_AUTHINFO_UNAVAIL, N_("GenAuth is unreachable") },
		{ PAM_AUTH_ERR, N_("the password is wrong") },
		{ PAM_USER_UNKNOWN, N_("pam_genauth does not serve this user") },
		{ PAM_MAXTRIES, N_("the account is locked") },
		{ PAM_PERM_DENIED, N_("GenAuth refuses access") },
		{ PAM_SERVICE_ERR, N_("genauth.conf is wrong") },
		{ PAM_SYSTEM_ERR, N_("the helper cannot be started") },
		{ PAM_MODULE_UNKNOWN, N_("pam_genauth.so is missing") },
	};
	const struct genauth_stack *stack = subject->stack;
	size_t line = genauth_modules_find_login(stack);
	bool enters[GENAUTH_WORLDS_LIMIT] = { 0 },
	    some[GENAUTH_WORLDS_LIMIT] = { 0 };

	for (size_t i = 0; i < COUNT(refusals); i++) {
		struct genauth_worlds_visitor visitor = {
		    .genauth = refusals[i].code };

		if (visit_all(&subject->worlds, &visitor, enters) ==
		    genauth_worlds_count(&subject->worlds)) {
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_ERROR, _("use the five lines of "
			    "pam_genauth(8), STACKS"), _("%s:%u: lets "
			    "everybody in when %s"), stack->lines[line].file,
			    stack->lines[line].number, _(refusals[i].when));
			/* One cure for all of them. */
			return;
		}
		for (unsigned k = 0; k < GENAUTH_WORLDS_LIMIT; k++)
			some[k] = some[k] || (k < genauth_worlds_count(
			    &subject->worlds) && enters[k]);
	}
	add_gates(subject, some);
}

/* root, whom pam_genauth never serves, gets in with the local password. */
static void
lint_root(struct subject *subject)
{
	static const struct {
		int code;
		const char *when;
	} troubles[] = {
		{ PAM_USER_UNKNOWN, N_("no local way in for root") },
		{ PAM_AUTHINFO_UNAVAIL, N_("no local way in when GenAuth is "
		    "unreachable") },
		{ PAM_SERVICE_ERR, N_("no local way in when genauth.conf is "
		    "wrong") },
		{ PAM_MODULE_UNKNOWN, N_("no local way in when "
		    "pam_genauth.so is missing") },
	};

	const struct genauth_stack_line *gate = NULL;
	bool enters[GENAUTH_WORLDS_LIMIT] = { 0 };

	for (size_t i = 0; i < COUNT(troubles); i++) {
		struct genauth_worlds_visitor visitor = {
		    .genauth = troubles[i].code, .has_local_password = true };

		if (visit_all(&subject->worlds, &visitor, enters) == 0) {
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_ERROR, _("put pam_unix.so before "
			    "pam_genauth.so, see pam_genauth(8), STACKS"),
			    "%s", _(troubles[i].when));
			return;
		}
		if (gate == NULL)
			gate = find_gate(&subject->worlds, enters, true);
	}
	if (gate != NULL)
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, _("see that it says yes to one "
		    "administrator at least"), _("no local way in when %s:%u "
		    "(%s) says no"), gate->file, gate->number, gate->module);
}

/* GenAuth is asked, and its yes is enough. */
static void
lint_use(struct subject *subject)
{
	const struct genauth_worlds_visitor visitor = {
	    .genauth = PAM_SUCCESS };
	struct genauth_worlds_outcome outcome = { .last = 0 };
	const struct genauth_stack_line *line;
	bool asked = false, enters = false;

	/* In the last one, all gates say yes. */
	for (unsigned i = 0; i < genauth_worlds_count(&subject->worlds); i++) {
		outcome = genauth_worlds_visit(&subject->worlds, &visitor, i);
		asked = asked || outcome.asked;
		enters = enters || (outcome.asked && outcome.enters);
	}
	if (!asked && outcome.last < subject->stack->count) {
		line = &subject->stack->lines[outcome.last];
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_ERROR, _("move pam_genauth.so in front of "
		    "it"), _("pam_genauth is never asked: %s:%u (%s) ends the "
		    "stack"), line->file, line->number, line->module != NULL ?
		    line->module : "?");
	} else if (!enters) {
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, _("if that is not meant, use the "
		    "five lines of pam_genauth(8), STACKS"),
		    _("a GenAuth password alone does not get in"));
	}
	if (!subject->worlds.complete)
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, _("look at the rest yourself, see "
		    "pam_genauth(8), STACKS"), _("more than %d lines that say "
		    "yes or no to something else than a password: not all "
		    "was looked at"), GENAUTH_WORLDS_GATES);
}

/* Each line of pam_genauth by itself. */
static void
lint_lines(struct subject *subject)
{
	const struct genauth_stack *stack = subject->stack;

	for (size_t i = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	    i < stack->count; i = genauth_stack_find(stack, GENAUTH_MODULE,
	    i + 1)) {
		const struct genauth_stack_line *line = &stack->lines[i];

		genauth_settings_check_line(line, NULL, add_error, subject);
		if (genauth_stack_has(line, "use_first_pass") &&
		    !genauth_worlds_asks_before(&subject->worlds, i))
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_ERROR, _("remove use_first_pass, "
			    "or put pam_unix.so before it"), _("%s:%u: "
			    "use_first_pass, but nothing before asks for a "
			    "password"), line->file, line->number);
	}
}

/* Whether a login goes through it. */
static void
lint_login(struct subject *subject, const struct genauth_stack *account,
    const char *service, const char *conf)
{
	if (genauth_worlds_open(&subject->worlds, subject->stack)) {
		genauth_lint_prepare_check(subject->report, subject->check,
		    &subject->worlds);
		lint_refusals(subject);
		lint_root(subject);
		lint_use(subject);
		genauth_lint_faillock_check(subject->report, subject->check,
		    &subject->worlds);
		genauth_lint_roles_check(subject->report, subject->check,
		    &subject->worlds, service, conf);
		genauth_lint_callers_check(subject->report, subject->check,
		    subject->stack, service, conf);
		lint_lines(subject);
		genauth_lint_phases_account(subject->report, subject->check,
		    account, service);
	} else {
		add_error(subject, _("out of memory"));
	}
	genauth_worlds_close(&subject->worlds);
}

/* The line that the service is looked at for; NULL: there is none. */
static const struct genauth_stack_line *
find_line(const struct genauth_stack *stacks, bool *logs_in)
{
	const struct genauth_stack *auth = &stacks[GENAUTH_PHASE_AUTH];
	const struct genauth_stack *password = &stacks[GENAUTH_PHASE_PASSWORD];
	size_t line = genauth_modules_find_login(auth);

	*logs_in = line < auth->count;
	if (*logs_in)
		return &auth->lines[line];
	line = genauth_lint_password_find(password, 0);
	return line < password->count ? &password->lines[line] : NULL;
}

bool
genauth_lint(struct genauth_report *report, const char *directory,
    const char *service, const char *path, const char *conf)
{
	struct genauth_stack stacks[GENAUTH_PHASES];
	struct subject subject = { .report = report,
	    .stack = &stacks[GENAUTH_PHASE_AUTH] };
	unsigned errors = report->counts[GENAUTH_RESULT_ERROR];
	const struct genauth_stack_line *line;
	bool names_it, logs_in;

	snprintf(subject.check, sizeof(subject.check), "pam:%s", service);
	genauth_stack_read(stacks, directory, service, path, NULL, NULL);
	names_it = find_line(stacks, &logs_in) != NULL;
	genauth_stack_free(stacks);
	if (!names_it)
		return false;

	genauth_stack_read(stacks, directory, service, path, add_finding,
	    &subject);
	line = find_line(stacks, &logs_in);
	if (logs_in)
		lint_login(&subject, &stacks[GENAUTH_PHASE_ACCOUNT], service,
		    conf);
	genauth_lint_password_check(report, subject.check,
	    &stacks[GENAUTH_PHASE_PASSWORD]);
	genauth_lint_phases_check(report, subject.check, stacks);
	if (report->counts[GENAUTH_RESULT_ERROR] == errors && line != NULL)
		genauth_report_add(report, subject.check, GENAUTH_RESULT_OK,
		    NULL, logs_in ? _("%s:%u asks GenAuth") :
		    _("%s:%u changes passwords at GenAuth"), line->file,
		    line->number);
	genauth_stack_free(stacks);
	return true;
}
