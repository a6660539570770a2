/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/ini.h"
#include "common/intl.h"
#include "common/secret.h"
#include "ctl/check.h"
#include "ctl/settings.h"
#include "login/policy.h"
#include "stack/modules.h"
#include "stack/stack.h"

#define CHECK "options"
#define FILE_LIMIT 65536

/* ---- what needs another option, or a line --------------------------------- */

/* The line hands over nothing with an error in it. */
static void
add_error(void *data, const char *text)
{
	struct genauth_check *check = data;

	genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_ERROR,
	    _("see genauth.conf(5); until then the session gets no token"),
	    "%s", text);
}

/*
 * The line has options of its own: of the file that it names, and its
 * arguments.
 */
static void
check_line(struct genauth_check *check, const char *service,
    const struct genauth_options *options,
    const struct genauth_stack_line *line)
{
	struct genauth_options own;

	if (genauth_settings_load(&own, check->conf, service, line, add_error,
	    check) && !own.token_file)
		genauth_report_add(&check->report, CHECK,
		    GENAUTH_RESULT_WARNING, options->token_file ? _("give it "
		    "the arguments of the line of the auth phase") :
		    _("remove the line"), _("%s:%u: pam_genauth does nothing "
		    "in session without token_file"), line->file,
		    line->number);
	genauth_options_free(&own);
}

static bool
exports(const struct genauth_options *options)
{
	return (options->export_tokens &
	    (GENAUTH_BIT(GENAUTH_EXPORT_ID_TOKEN) |
	    GENAUTH_BIT(GENAUTH_EXPORT_ACCESS_TOKEN))) != 0;
}

/* The auth phase exports variables; the line in session makes files of them. */
static void
check_tokens(struct genauth_check *check, const char *service,
    const struct genauth_options *options,
    const struct genauth_stack *session)
{
	size_t found = genauth_stack_find(session, GENAUTH_MODULE, 0);

	if (found < session->count)
		check_line(check, service, options, &session->lines[found]);
	if (!options->token_file)
		return;
	if (!exports(options))
		genauth_report_add(&check->report, CHECK,
		    GENAUTH_RESULT_WARNING, _("set export_tokens"),
		    _("%s: token_file has no effect for the service %s: "
		    "export_tokens names no token"), check->options_file,
		    service);
	else if (found == session->count)
		genauth_report_add(&check->report, CHECK,
		    GENAUTH_RESULT_WARNING, _("add \"session optional "
		    "pam_genauth.so\" to its stack"), _("%s: token_file has "
		    "no effect for the service %s: without a line in the "
		    "session phase, the tokens are variables"),
		    check->options_file, service);
}

void
genauth_check_effect(struct genauth_check *check, const char *service,
    const struct genauth_options *options,
    const struct genauth_stack *session)
{
	/* What holds for all services may have no effect for these. */
	if (genauth_policy_changes_user(service))
		return;
	check_tokens(check, service, options, session);
	if (options->second_factor_grace > 0 &&
	    options->second_factor == GENAUTH_SECOND_FACTOR_NONE)
		genauth_report_add(&check->report, CHECK,
		    GENAUTH_RESULT_WARNING, _("set second_factor, if one is "
		    "to be asked for"), _("%s: second_factor_grace has no "
		    "effect for the service %s: second_factor asks for none"),
		    check->options_file, service);
}

/* ---- sections ------------------------------------------------------------- */

static bool
has_stack(const struct genauth_check *check, const char *service,
    size_t length)
{
	char path[GENAUTH_STACK_PATH], vendor[GENAUTH_STACK_PATH];

	snprintf(path, sizeof(path), "%s/%.*s", check->pam_dir, (int)length,
	    service);
	return access(path, F_OK) == 0 || genauth_stack_vendor(path, vendor);
}

/* One of several is enough: not each host has sudo-i. */
static bool
holds_for_any(const struct genauth_check *check, const char *services)
{
	size_t length;

	for (; *services != '\0'; services += length) {
		services += strspn(services, " ");
		length = strcspn(services, " ");
		if (has_stack(check, services, length))
			return true;
	}
	return false;
}

void
genauth_check_sections(struct genauth_check *check)
{
	struct genauth_failure failure;
	struct genauth_secret content;
	struct genauth_ini ini;
	enum genauth_ini_line line;

	/* It has been read without an error before. */
	if (!genauth_file_read(check->options_file, FILE_LIMIT, &content,
	    NULL, &failure))
		return;
	genauth_ini_start(&ini, content.data, content.length);
	while ((line = genauth_ini_read(&ini)) != GENAUTH_INI_END)
		if (line == GENAUTH_INI_SECTION &&
		    !holds_for_any(check, ini.name))
			genauth_report_add(&check->report, CHECK,
			    GENAUTH_RESULT_WARNING, _("a section has the name "
			    "of a file in /etc/pam.d; for ssh that is "
			    "[sshd]"), _("%s:%u: there is no service %s on "
			    "this host"), check->options_file, ini.number,
			    ini.name);
	genauth_secret_free(&content);
}
