/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/intl.h"
#include "ctl/settings.h"
#include "ctl/simulate.h"
#include "ctl/stack.h"

/* Findings about one service, under one name. */
struct subject {
	struct genauth_report *report;
	char check[80];
	unsigned errors;
};

/* Somebody who tries to get in, and how the stack's modules answer. */
struct visitor {
	int genauth;		/* what pam_genauth returns */
	bool has_local_password;
	bool gates_pass;	/* modules that look at more than a password */

	/* What came of it, in any of the worlds that gates make. */
	bool asked;		/* pam_genauth was asked */
	bool enters, enters_after_asking;
	size_t last;		/* the line that decided, if he was refused */
};

/* Modules whose answer does not depend on who it is. */
static const struct {
	const char *name;
	int code;
} steady[] = {
	{ "pam_permit.so", PAM_SUCCESS }, { "pam_deny.so", PAM_AUTH_ERR },
	{ "pam_shells.so", PAM_SUCCESS }, { "pam_securetty.so", PAM_SUCCESS },
	{ "pam_env.so", PAM_IGNORE }, { "pam_faildelay.so", PAM_IGNORE },
	{ "pam_group.so", PAM_IGNORE }, { "pam_nologin.so", PAM_IGNORE },
	{ "pam_warn.so", PAM_IGNORE }, { "pam_echo.so", PAM_IGNORE },
	{ "pam_issue.so", PAM_IGNORE }, { "pam_keyinit.so", PAM_IGNORE },
	{ "pam_loginuid.so", PAM_IGNORE }, { "pam_sepermit.so", PAM_IGNORE },
	{ "pam_rootok.so", PAM_AUTH_ERR },
};

/* Modules that say yes or no to something other than a password. */
static const char *const gates[] = { "pam_succeed_if.so", "pam_localuser.so",
    "pam_listfile.so", "pam_access.so", "pam_time.so", "pam_wheel.so",
    "pam_usertype.so", "pam_exec.so", "pam_cap.so", "pam_tally2.so",
    "pam_lastlog.so", "pam_rhosts.so", "pam_umask.so", "pam_tty_audit.so" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_gate(const struct genauth_stack_line *line)
{
	for (size_t i = 0; i < COUNT(gates); i++)
		if (genauth_stack_is(line, gates[i]))
			return true;
	return false;
}

static int
answer(const struct genauth_stack_line *line, void *data)
{
	struct visitor *visitor = data;

	if (genauth_stack_is(line, GENAUTH_MODULE)) {
		visitor->asked = true;
		return visitor->genauth;
	}
	if (genauth_stack_is(line, "pam_unix.so"))
		return visitor->has_local_password ? PAM_SUCCESS :
		    PAM_AUTH_ERR;
	if (genauth_stack_is(line, "pam_faillock.so"))
		return genauth_stack_has(line, "authfail") ? PAM_AUTH_ERR :
		    PAM_SUCCESS;
	for (size_t i = 0; i < COUNT(steady); i++)
		if (genauth_stack_is(line, steady[i].name))
			return steady[i].code;
	if (is_gate(line))
		return visitor->gates_pass ? PAM_SUCCESS : PAM_AUTH_ERR;
	/* Another source of passwords, and this one is not its. */
	return PAM_USER_UNKNOWN;
}

static void
visit(const struct genauth_stack *stack, struct visitor *visitor)
{
	bool asked = false;
	size_t last;

	visitor->last = stack->count;
	for (int pass = 1; pass >= 0; pass--) {
		visitor->gates_pass = pass == 1;
		visitor->asked = false;
		if (genauth_simulate(stack, answer, visitor, &last) ==
		    PAM_SUCCESS) {
			visitor->enters = true;
			if (visitor->asked)
				visitor->enters_after_asking = true;
		}
		if (!visitor->asked)
			visitor->last = last;
		asked = asked || visitor->asked;
	}
	visitor->asked = asked;
}

static void
add_error(void *data, const char *text)
{
	struct subject *subject = data;

	subject->errors++;
	genauth_report_add(subject->report, subject->check,
	    GENAUTH_RESULT_ERROR, _("repair this line"), "%s", text);
}

/* Nobody gets in because GenAuth says no, or says nothing. */
static void
lint_refusals(struct subject *subject, const struct genauth_stack *stack)
{
	static const struct {
		int code;
		const char *when;
	} refusals[] = {
		{ PAM_AUTHINFO_UNAVAIL, N_("GenAuth is unreachable") },
		{ PAM_AUTH_ERR, N_("the password is wrong") },
		{ PAM_USER_UNKNOWN, N_("pam_genauth does not serve him") },
		{ PAM_MAXTRIES, N_("the account is locked") },
		{ PAM_PERM_DENIED, N_("GenAuth refuses access") },
		{ PAM_SERVICE_ERR, N_("genauth.conf is wrong") },
		{ PAM_SYSTEM_ERR, N_("the helper cannot be started") },
		{ PAM_MODULE_UNKNOWN, N_("pam_genauth.so is missing") },
	};
	size_t line = genauth_stack_find(stack, GENAUTH_MODULE, 0);

	for (size_t i = 0; i < COUNT(refusals); i++) {
		struct visitor visitor = { .genauth = refusals[i].code };

		visit(stack, &visitor);
		if (!visitor.enters_after_asking)
			continue;
		subject->errors++;
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_ERROR, _("use the four lines of "
		    "pam_genauth(8), STACKS"), _("%s:%u: lets everybody in "
		    "when %s"), stack->lines[line].file,
		    stack->lines[line].number, _(refusals[i].when));
		/* One cure for all of them. */
		return;
	}
}

/* root, whom pam_genauth never serves, gets in with the local password. */
static void
lint_root(struct subject *subject, const struct genauth_stack *stack)
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

	for (size_t i = 0; i < COUNT(troubles); i++) {
		struct visitor visitor = { .genauth = troubles[i].code,
		    .has_local_password = true };

		visit(stack, &visitor);
		if (visitor.enters)
			continue;
		subject->errors++;
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_ERROR, _("put pam_unix.so before "
		    "pam_genauth.so, see pam_genauth(8), STACKS"), "%s",
		    _(troubles[i].when));
		return;
	}
}

/* GenAuth is asked, and its yes is enough. */
static void
lint_use(struct subject *subject, const struct genauth_stack *stack)
{
	struct visitor visitor = { .genauth = PAM_SUCCESS };
	const struct genauth_stack_line *line;

	visit(stack, &visitor);
	if (!visitor.asked && visitor.last < stack->count) {
		line = &stack->lines[visitor.last];
		subject->errors++;
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_ERROR, _("move pam_genauth.so in front of "
		    "it"), _("pam_genauth is never asked: %s:%u (%s) ends the "
		    "stack"), line->file, line->number, line->module);
	} else if (!visitor.enters_after_asking) {
		genauth_report_add(subject->report, subject->check,
		    GENAUTH_RESULT_WARNING, _("if that is not meant, use the "
		    "four lines of pam_genauth(8), STACKS"),
		    _("a GenAuth password alone does not get in"));
	}
}

/* Whether a line before asks for a password. */
static bool
is_asked_before(const struct genauth_stack *stack, size_t line)
{
	struct visitor nobody = { .genauth = PAM_SUCCESS };

	for (size_t i = 0; i < line; i++)
		/* Only sources of passwords do not know him, or refuse. */
		if (stack->lines[i].module != NULL && (genauth_stack_is(
		    &stack->lines[i], "pam_unix.so") || answer(
		    &stack->lines[i], &nobody) == PAM_USER_UNKNOWN))
			return true;
	return false;
}

/* Each line of the module by itself. */
static void
lint_lines(struct subject *subject, const struct genauth_stack *stack)
{
	const struct genauth_stack_line *line;
	char module[4096];
	struct stat status;

	for (size_t i = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	    i < stack->count; i = genauth_stack_find(stack, GENAUTH_MODULE,
	    i + 1)) {
		line = &stack->lines[i];
		genauth_settings_check_line(line, NULL, add_error, subject);
		snprintf(module, sizeof(module), "%s%s", line->module[0] ==
		    '/' ? "" : GENAUTH_PAM_DIR "/", line->module);
		if (stat(module, &status) != 0) {
			subject->errors++;
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_ERROR, _("install pam_genauth "
			    "again, or remove the line"), _("%s:%u: there is "
			    "no %s"), line->file, line->number, module);
		}
		if (genauth_stack_has(line, "use_first_pass") &&
		    !is_asked_before(stack, i)) {
			subject->errors++;
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_ERROR, _("remove use_first_pass, "
			    "or put pam_unix.so before it"), _("%s:%u: "
			    "use_first_pass, but nothing before asks for a "
			    "password"), line->file, line->number);
		}
	}
}

static void
ignore(void *data, const char *text)
{
	(void)data, (void)text;
}

static void
lint_other_phases(struct subject *subject, const char *directory,
    const char *service, const char *path)
{
	static const char *const phases[] = { "account", "password",
	    "session" };
	struct genauth_stack stack;

	for (size_t i = 0; i < COUNT(phases); i++) {
		size_t line;

		genauth_stack_read(&stack, directory, service, path,
		    phases[i], ignore, NULL);
		line = genauth_stack_find(&stack, GENAUTH_MODULE, 0);
		if (line < stack.count)
			genauth_report_add(subject->report, subject->check,
			    GENAUTH_RESULT_WARNING, _("remove the line"),
			    _("%s:%u: pam_genauth does nothing in %s"),
			    stack.lines[line].file, stack.lines[line].number,
			    phases[i]);
		genauth_stack_free(&stack);
	}
}

bool
genauth_lint(struct genauth_report *report, const char *directory,
    const char *service, const char *path)
{
	struct subject subject = { .report = report };
	struct genauth_stack stack;
	size_t line;
	bool names_it;

	snprintf(subject.check, sizeof(subject.check), "pam:%s", service);
	genauth_stack_read(&stack, directory, service, path, "auth", ignore,
	    NULL);
	line = genauth_stack_find(&stack, GENAUTH_MODULE, 0);
	names_it = line < stack.count;
	genauth_stack_free(&stack);
	if (!names_it)
		return false;

	genauth_stack_read(&stack, directory, service, path, "auth", add_error,
	    &subject);
	lint_refusals(&subject, &stack);
	lint_root(&subject, &stack);
	lint_use(&subject, &stack);
	lint_lines(&subject, &stack);
	lint_other_phases(&subject, directory, service, path);
	if (subject.errors == 0)
		genauth_report_add(report, subject.check, GENAUTH_RESULT_OK,
		    NULL, _("%s:%u asks GenAuth"), stack.lines[line].file,
		    stack.lines[line].number);
	genauth_stack_free(&stack);
	return true;
}
