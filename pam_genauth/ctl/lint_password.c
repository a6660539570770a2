/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_password.h"

#include "common/intl.h"
#include "ctl/settings.h"
#include "login/host.h"
#include "stack/simulate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define UNIX "pam_unix.so"
#define SEE N_("see pam_genauth(8), Changing the password")

size_t
genauth_lint_password_find(const struct genauth_stack *stack, size_t from)
{
	size_t i = genauth_stack_find(stack, GENAUTH_MODULE, from);

	while (i < stack->count && genauth_stack_has(&stack->lines[i],
	    "prepare"))
		i = genauth_stack_find(stack, GENAUTH_MODULE, i + 1);
	return i;
}

/* One change of a password. */
struct visit {
	const struct genauth_stack_line *ours;
	int code;		/* what it answers */
	bool yes;		/* what is said of the user */
	bool asked, unix_behind;
};

static bool
is_gate(const struct genauth_stack_line *line)
{
	static const char *const names[] = { "pam_listfile.so",
	    "pam_localuser.so", "pam_succeed_if.so", "pam_usertype.so" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (genauth_stack_is(line, names[i]))
			return true;
	return false;
}

/* All others have nothing against it. */
static int
answer(const struct genauth_stack_line *line, void *data)
{
	struct visit *visit = data;

	if (line == visit->ours) {
		visit->asked = true;
		return visit->code;
	}
	if (genauth_stack_is(line, GENAUTH_MODULE))
		return PAM_IGNORE;
	if (genauth_stack_is(line, UNIX))
		visit->unix_behind = visit->unix_behind || visit->asked;
	if (is_gate(line))
		return visit->yes ? PAM_SUCCESS : PAM_AUTH_ERR;
	return genauth_stack_is(line, "pam_deny.so") ? PAM_AUTHTOK_ERR :
	    PAM_SUCCESS;
}

/* What one line is looked at with. */
struct subject {
	struct genauth_report *report;
	const char *check;
	const struct genauth_stack *stack;
	const struct genauth_stack_line *line;
};

/* The code for the host, where the line answers that; -1: it is not asked. */
static int
change(const struct subject *subject, int code, bool *unix_behind)
{
	struct visit visit = { .ours = subject->line, .code = code };
	size_t last;
	int result = -1;

	for (int yes = 1; yes >= 0 && !visit.asked; yes--) {
		visit.yes = yes != 0;
		result = genauth_simulate(subject->stack, answer, &visit,
		    &last);
	}
	*unix_behind = visit.unix_behind;
	return visit.asked ? result : -1;
}

static void
add(const struct subject *subject, enum genauth_result result,
    const char *cure, const char *text)
{
	genauth_report_add(subject->report, subject->check, result, _(cure),
	    "%s:%u: %s", subject->line->file, subject->line->number, _(text));
}

/* GenAuth says no, or nothing, and passwd is told that all is well. */
static void
check_refusals(const struct subject *subject)
{
	static const int codes[] = { PAM_AUTH_ERR, PAM_AUTHTOK_ERR,
	    PAM_TRY_AGAIN, PAM_SERVICE_ERR, PAM_SYSTEM_ERR, PAM_MAXTRIES,
	    PAM_PERM_DENIED };
	bool unix_behind;

	for (size_t i = 0; i < COUNT(codes); i++)
		if (change(subject, codes[i], &unix_behind) == PAM_SUCCESS) {
			add(subject, GENAUTH_RESULT_ERROR, SEE,
			    N_("a refusal of GenAuth's is passed over, and "
			    "the password counts as changed"));
			return;
		}
	/* That may be meant: root can then still set local passwords. */
	if (change(subject, PAM_MODULE_UNKNOWN, &unix_behind) == PAM_SUCCESS)
		add(subject, GENAUTH_RESULT_WARNING, SEE, N_("where the module "
		    "is missing, local passwords alone are changed, also of "
		    "those whom it serves"));
}

static void
check_success(const struct subject *subject)
{
	bool unix_behind;
	int code = change(subject, PAM_SUCCESS, &unix_behind);

	if (code > 0)
		add(subject, GENAUTH_RESULT_ERROR, SEE, N_("fails when "
		    "GenAuth has changed the password"));
	else if (unix_behind)
		add(subject, GENAUTH_RESULT_WARNING, SEE, N_("pam_unix.so "
		    "then wants to change the local password, too"));
}

/* Those whose password is the local one. */
static void
check_others(const struct subject *subject)
{
	bool unix_behind;
	int code;

	if (genauth_stack_find(subject->stack, UNIX, 0) ==
	    subject->stack->count)
		return;
	code = change(subject, PAM_IGNORE, &unix_behind);
	if (code > 0 || (code == 0 && !unix_behind))
		add(subject, GENAUTH_RESULT_ERROR, SEE, N_("whose local "
		    "password has expired cannot log in: add ignore=ignore"));
	code = change(subject, PAM_USER_UNKNOWN, &unix_behind);
	if (code > 0 || (code == 0 && !unix_behind))
		add(subject, GENAUTH_RESULT_WARNING, SEE, N_("who is not "
		    "served, root among them, cannot change the local "
		    "password: add user_unknown=ignore"));
}

/* What stands in front of it. */
static void
check_place(const struct subject *subject)
{
	const struct genauth_stack *stack = subject->stack;
	bool before = false;

	for (size_t i = 0; &stack->lines[i] != subject->line; i++) {
		const struct genauth_stack_line *line = &stack->lines[i];

		if (line->kind != GENAUTH_STACK_MODULE ||
		    genauth_stack_is(line, GENAUTH_MODULE))
			continue;
		before = before || !is_gate(line);
		if (genauth_stack_is(line, UNIX)) {
			add(subject, GENAUTH_RESULT_ERROR,
			    N_("move the line in front of pam_unix.so"),
			    N_("behind pam_unix.so: of two equal passwords, "
			    "the local one is changed and GenAuth's stays"));
			break;
		}
	}
	if (!before && genauth_stack_has(subject->line, "use_authtok"))
		add(subject, GENAUTH_RESULT_ERROR,
		    N_("remove use_authtok, or put pam_pwquality.so before it"),
		    N_("use_authtok, but nothing before asks for a new "
		    "password"));
}

static void
add_error(void *data, const char *text)
{
	const struct subject *subject = data;

	genauth_report_add(subject->report, subject->check,
	    GENAUTH_RESULT_ERROR, _("repair this line"), "%s", text);
}

void
genauth_lint_password_check(struct genauth_report *report, const char *check,
    const struct genauth_stack *stack)
{
	struct subject subject = { .report = report, .check = check,
	    .stack = stack };

	for (size_t i = genauth_lint_password_find(stack, 0);
	    i < stack->count; i = genauth_lint_password_find(stack, i + 1)) {
		subject.line = &stack->lines[i];
		genauth_settings_check_line(subject.line, NULL, add_error,
		    &subject);
		check_place(&subject);
		check_refusals(&subject);
		check_success(&subject);
		check_others(&subject);
	}
}

/* Whose password such a line changes. */
static void
check_who(struct genauth_report *report, const char *check, const char *file,
    const struct genauth_stack_line *line,
    const struct genauth_options *options)
{
	if (options->allow_hosts != NULL &&
	    !genauth_host_is_in(options->allow_hosts, NULL))
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("add the word local, or set allow_hosts in the section "
		    "of the service, such as [passwd]"), _("%s: allow_hosts "
		    "has no word local: %s:%u serves nobody, for passwd(1) "
		    "comes from no host"), file, line->file, line->number);
	if (options->allow_users == NULL && options->allow_groups == NULL &&
	    options->account_map == NULL)
		genauth_report_add(report, check, GENAUTH_RESULT_WARNING,
		    _("set allow_groups in the section of the service, such "
		    "as [passwd]"), _("%s: %s:%u asks everybody from min_uid "
		    "on for a GenAuth password, local users among them"), file,
		    line->file, line->number);
}

void
genauth_lint_password_options(struct genauth_report *report,
    const char *check, const char *file,
    const struct genauth_stack_line *line,
    const struct genauth_options *options)
{
	if (options->user_pool_id == NULL)
		genauth_report_add(report, check, GENAUTH_RESULT_ERROR,
		    _("set it, or remove the line of the stack"), _("%s: "
		    "user_pool_id is missing, and %s:%u cannot change "
		    "passwords"), file, line->file, line->number);
	else if (options->connection != GENAUTH_CONNECTION_PASSWORD)
		genauth_report_add(report, check, GENAUTH_RESULT_ERROR,
		    _("remove the line of the stack"), _("%s: connection is "
		    "not PASSWORD, and %s:%u cannot change passwords"), file,
		    line->file, line->number);
	check_who(report, check, file, line, options);
}
