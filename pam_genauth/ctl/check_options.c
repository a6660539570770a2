/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/check.h"
#include "ctl/lint_factor.h"
#include "ctl/lint_password.h"
#include "ctl/settings.h"
#include "stack/modules.h"
#include "stack/stack.h"

#define CHECK "options"

static void
add_error(void *data, const char *text)
{
	struct genauth_check *check = data;
	char cure[GENAUTH_SETTINGS_CURE];

	genauth_settings_cure(check->options_file, text, cure);
	genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_ERROR, cure,
	    "%s", text);
}

static void
ignore(void *data, const char *text)
{
	(void)data;
	(void)text;
}

static void
check_factor(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	genauth_lint_factor(&check->report, CHECK, check->options_file,
	    service, options);
	if (strcmp(service, "sshd") == 0)
		check->sshd_asks = check->sshd_asks ||
		    genauth_lint_factor_is_asked(options);
}

/* Whether a line before that one changes passwords at the same application. */
static bool
is_second(const struct genauth_check *check, const char *service,
    const struct genauth_stack *stack, size_t index,
    const struct genauth_options *options)
{
	struct genauth_options before;
	bool same = false;

	for (size_t i = genauth_lint_password_find(stack, 0);
	    i < index && !same; i = genauth_lint_password_find(stack, i + 1)) {
		same = genauth_settings_load(&before, check->conf, service,
		    &stack->lines[i], ignore, NULL) &&
		    strcmp(before.app_id, options->app_id) == 0 &&
		    strcmp(before.app_host, options->app_host) == 0;
		genauth_options_free(&before);
	}
	return same;
}

static void
check_password_line(struct genauth_check *check, const char *service,
    const struct genauth_stack *stack, size_t index)
{
	const struct genauth_stack_line *line = &stack->lines[index];
	struct genauth_options options;

	if (genauth_settings_load(&options, check->conf, service, line, ignore,
	    NULL)) {
		genauth_lint_password_options(&check->report, CHECK,
		    genauth_settings_file(check->conf, line), line, &options);
		if (is_second(check, service, stack, index, &options))
			genauth_report_add(&check->report, CHECK,
			    GENAUTH_RESULT_WARNING, _("remove one of them"),
			    _("%s:%u: the same application as in a line "
			    "before: only one of them can change the "
			    "password"), line->file, line->number);
	}
	genauth_options_free(&options);
}

/*
 * The options of the lines that change passwords.  Many services may include
 * one: its findings are said once.
 */
static void
check_passwords(struct genauth_check *check, const char *service,
    const struct genauth_stack *stack)
{
	char where[sizeof(check->password_line)];

	for (size_t i = genauth_lint_password_find(stack, 0);
	    i < stack->count; i = genauth_lint_password_find(stack, i + 1)) {
		const struct genauth_stack_line *line = &stack->lines[i];

		snprintf(where, sizeof(where), "%s:%u", line->file,
		    line->number);
		if (strcmp(where, check->password_line) == 0)
			continue;
		memcpy(check->password_line, where, sizeof(where));
		check_password_line(check, service, stack, i);
	}
}

/* The one whose options count: that logs in, else that changes passwords. */
static const struct genauth_stack_line *
find_line(const struct genauth_stack *stacks)
{
	const struct genauth_stack *auth = &stacks[GENAUTH_PHASE_AUTH];
	const struct genauth_stack *password = &stacks[GENAUTH_PHASE_PASSWORD];
	size_t line = genauth_modules_find_login(auth);

	if (line < auth->count)
		return &auth->lines[line];
	line = genauth_lint_password_find(password, 0);
	return line < password->count ? &password->lines[line] : NULL;
}

void
genauth_check_options(struct genauth_check *check)
{
	const char *service = check->service != NULL ? check->service : "";
	struct genauth_stack stacks[GENAUTH_PHASES] = { 0 };
	const struct genauth_stack_line *line;

	if (*service != '\0')
		genauth_stack_read(stacks, check->pam_dir, service, NULL,
		    NULL, NULL);
	line = find_line(stacks);
	check->options_file = genauth_settings_file(check->conf, line);
	check->usable = genauth_settings_load(&check->options, check->conf,
	    service, line, add_error, check);
	if (check->usable) {
		genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_OK,
		    NULL, "%s", check->options_file);
		genauth_check_identity(check, "", &check->options);
		check_factor(check, service, &check->options);
		genauth_check_sections(check);
		if (*service != '\0')
			genauth_check_effect(check, service, &check->options,
			    &stacks[GENAUTH_PHASE_SESSION]);
		genauth_check_lists(check, &check->options);
		genauth_check_accounts(check, &check->options);
		check_passwords(check, service,
		    &stacks[GENAUTH_PHASE_PASSWORD]);
	}
	genauth_stack_free(stacks);
}

/* Passes over what is said about the line itself: the lint says that too. */
struct of_service {
	struct genauth_check *check;
	char where[4200];
};

static void
add_error_of_service(void *data, const char *text)
{
	struct of_service *of_service = data;

	if (strncmp(text, of_service->where, strlen(of_service->where)) != 0)
		add_error(of_service->check, text);
}

/* sudo -i, su - and runuser - are services of their own. */
static void
check_twin(struct genauth_check *check, const char *service,
    const struct genauth_options *options, const struct genauth_stack_line *line)
{
	const size_t length = strcspn(service, "-");
	struct genauth_options others;
	char twin[16];

	if (options->has_section || (strcmp(service, "sudo-i") != 0 &&
	    strcmp(service, "su-l") != 0 && strcmp(service, "runuser-l") != 0))
		return;
	snprintf(twin, sizeof(twin), "%.*s", (int)length, service);
	if (genauth_settings_load(&others, check->conf, twin, line, ignore,
	    NULL) && others.has_section)
		genauth_report_add(&check->report, CHECK,
		    GENAUTH_RESULT_WARNING, _("write [SERVICE SERVICE] with "
		    "the names of both, or give it a section of its own"),
		    _("%s: section [%s] does not hold for the service %s"),
		    check->options_file, twin, service);
	genauth_options_free(&others);
}

/* What is said of all of them is not said again. */
static void
check_identity_of(struct genauth_check *check, const char *service,
    const struct genauth_options *options)
{
	const struct genauth_options *all = &check->options;
	const char *scope = options->scope != NULL ? options->scope : "";

	if (options->identity != all->identity ||
	    options->connection != all->connection ||
	    options->account_type != all->account_type ||
	    options->mfa != all->mfa ||
	    options->mfa_token_exchange != all->mfa_token_exchange ||
	    strcmp(options->account_format, all->account_format) != 0 ||
	    strcmp(scope, all->scope != NULL ? all->scope : "") != 0)
		genauth_check_identity(check, service, options);
}

void
genauth_check_options_of(struct genauth_check *check, const char *service)
{
	struct genauth_stack stacks[GENAUTH_PHASES];
	const struct genauth_stack *stack = &stacks[GENAUTH_PHASE_AUTH];
	struct of_service of_service = { .check = check };
	struct genauth_options options;

	genauth_stack_read(stacks, check->pam_dir, service, NULL, NULL,
	    NULL);
	for (size_t i = genauth_stack_find(stack, GENAUTH_MODULE, 0);
	    i < stack->count; i = genauth_stack_find(stack, GENAUTH_MODULE,
	    i + 1)) {
		const struct genauth_stack_line *line = &stack->lines[i];

		/* It must say the same as the line that logs in. */
		if (genauth_modules_prepares(line))
			continue;
		snprintf(of_service.where, sizeof(of_service.where), "%s:%u: ",
		    line->file, line->number);
		check->options_file = genauth_settings_file(check->conf, line);
		if (genauth_settings_load(&options, check->conf, service,
		    line, add_error_of_service, &of_service)) {
			check_identity_of(check, service, &options);
			check_twin(check, service, &options, line);
			check_factor(check, service, &options);
			genauth_check_effect(check, service, &options,
			    &stacks[GENAUTH_PHASE_SESSION]);
			genauth_check_lists(check, &options);
			genauth_check_accounts(check, &options);
		}
		genauth_options_free(&options);
	}
	check_passwords(check, service, &stacks[GENAUTH_PHASE_PASSWORD]);
	genauth_stack_free(stacks);
}
