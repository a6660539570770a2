/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/examples.h"
#include "ctl/replace.h"
#include "ctl/request.h"
#include "ctl/say.h"
#include "ctl/service.h"
#include "ctl/usage.h"
#include "trial/watch.h"

/*
 * The stack to try, as an absolute path: the file, unless NULL, or the example
 * for the service.  false: there is none, and that has been said.
 */
static bool
find_example(const char *service, const char *file,
    char path[GENAUTH_EXAMPLES_PATH])
{
	char example[GENAUTH_EXAMPLES_PATH], services[1024];

	if (file == NULL) {
		file = example;
		if (!genauth_examples_stack(service, example)) {
			genauth_examples_services(services, sizeof(services));
			genauth_say_error(_("there is no example for %s, only "
			    "for: %s; name a stack of your own with "
			    "--example"), service, services);
			return false;
		}
	}
	if (realpath(file, path) != NULL)
		return true;
	genauth_say_error("%s: %s", file, strerror(errno));
	return false;
}

static bool
is_for_passwords(const char *service)
{
	return strcmp(service, "passwd") == 0 ||
	    strcmp(service, "common-password") == 0;
}

/*
 * How to test a service.  su asks root for no password, so that it takes
 * another user to try it.
 */
static const char *
test_of(const char *service, bool *as_root)
{
	*as_root = strncmp(service, "su", 2) == 0;
	if (strcmp(service, "sshd") == 0)
		return "ssh -o PubkeyAuthentication=no USER@localhost";
	if (strncmp(service, "sudo", 4) == 0)
		return "su -P - USER -c 'sudo -k; sudo true'";
	if (is_for_passwords(service))
		return "su -P - USER -c passwd";
	if (*as_root)
		return "su -P nobody -s /bin/sh -c 'su USER -c id'";
	if (genauth_service_is_part(service))
		return _("log in through a service that includes this");
	return _("log in through this service");
}

/* Not broken, so that it can be copied. */
static void
tell_command(const struct genauth_request *request, const char *name,
    int column, const char *when)
{
	char command[GENAUTH_REQUEST_COMMAND];
	int length;

	genauth_request_command(request, name, command);
	length = (int)strlen(command);
	if (column > 2 && column + length > GENAUTH_SAY_COLUMNS &&
	    isatty(STDOUT_FILENO)) {
		fputs("\n  ", stdout);
		column = 2;
	}
	fputs(command, stdout);
	genauth_say_text(stdout, column + length, 6, when);
	putchar('\n');
}

static void
tell_steps(const struct genauth_request *request,
    const struct genauth_trial *trial, double minutes)
{
	const char *test, *after;
	bool as_root;

	test = test_of(request->service, &as_root);
	genauth_say(2, _("%s/%s: the new stack is in place for %g minutes.\n"
	    "\n"), trial->pam_dir, request->service, minutes);
	genauth_say(2, "%s", as_root ?
	    _("Leave this terminal open.  In a second one, as root:\n") :
	    _("Leave this terminal open.  In a second one:\n"));
	genauth_say(5, is_for_passwords(request->service) ?
	    _("  1. %s\n"
	    "     as a local user who is not in allow_groups: must be changed\n"
	    "  2. the same as a GenAuth user: must be changed\n"
	    "  3. the same with a wrong password: must be refused\n"
	    "Then, here:\n") : _("  1. %s\n"
	    "     as a user with a local password: must get in\n"
	    "  2. the same as a GenAuth user: must get in\n"
	    "  3. the same with a wrong password: must be refused\n"
	    "Then, here:\n"), test);
	fputs("  ", stdout);
	tell_command(request, "keep", 2, _("    if all went well"));
	fputs("  ", stdout);
	tell_command(request, "undo", 2, _("    if not; or wait"));
	if (genauth_watch_outlives_reboot(request->state_dir)) {
		genauth_say(0, _("A reboot ends the trial too.\n"));
		return;
	}
	after = _("A reboot does NOT end this trial; after one, say");
	genauth_say(0, "%s ", after);
	tell_command(request, "undo", (int)strlen(after) + 1, "");
}

/* The steps, in the order that leaves a way back after each. */
static bool
start(struct genauth_trial *trial, const char *example, double minutes,
    struct genauth_failure *failure)
{
	struct genauth_failure ignored;

	if (!genauth_trial_save(trial, failure) ||
	    !genauth_trial_note(trial, (long long)(minutes * 60000), failure))
		return false;
	if (genauth_watch_start(trial->state_dir, failure) &&
	    genauth_trial_install(trial, example, failure))
		return true;
	genauth_trial_restore(trial, &ignored);
	return false;
}

static bool
take_minutes(const char *text, double *minutes)
{
	char *end;

	*minutes = 10;
	if (text == NULL)
		return true;
	*minutes = strtod(text, &end);
	if (end != text && *end == '\0' && *minutes > 0 && *minutes <= 1440)
		return true;
	genauth_say_error(_("--minutes: must be a number up to 1440, such as "
	    "0.5"));
	return false;
}

static int
run(const struct genauth_arguments *arguments)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct genauth_request request;
	char example[GENAUTH_EXAMPLES_PATH];
	double minutes;
	bool running, done;
	int lock, status;

	if (!take_minutes(genauth_arguments_value(arguments, "minutes"),
	    &minutes))
		return genauth_usage_hint(arguments->command);
	if ((status = genauth_request_take(&request, arguments)) >= 0)
		return status;
	if (!find_example(request.service, genauth_arguments_value(arguments,
	    "example"), example) || !genauth_replace_check(request.pam_dir,
	    request.service, example, genauth_arguments_have(arguments,
	    "replace")) || !genauth_request_begin(&request, true, &trial,
	    &lock, &running))
		return 1;
	if (running) {
		genauth_say_error(_("%s/%s is being tried already; say "
		    "genauthctl keep or genauthctl undo first"), trial.pam_dir,
		    request.service);
		return 1;
	}
	done = start(&trial, example, minutes, &failure);
	close(lock);
	if (!done) {
		genauth_say_error("%s", failure.text);
		return 1;
	}
	tell_steps(&request, &trial, minutes);
	return 0;
}

static void
complain(void)
{
	char services[1024];

	genauth_examples_services(services, sizeof(services));
	genauth_say_error(_("one service must be named; there are examples "
	    "for: %s"), services);
}

const struct genauth_command genauth_cmd_try = {
	.name = "try",
	.operand = "SERVICE",
	.kind = GENAUTH_KIND_SERVICE,
	.summary = N_("use the example stack for some minutes"),
	.about = GENAUTH_REQUEST_ABOUT,
	.status = GENAUTH_REQUEST_STATUS,
	.options = {
		{ "minutes", 0, "N", GENAUTH_KIND_MINUTES,
		    N_("how long to try (10)"), GENAUTH_ROLE_PLAIN },
		{ "example", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("another stack than the example"),
		    GENAUTH_ROLE_PLAIN },
		{ "replace", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("also if modules of the old stack get lost"),
		    GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_STATE_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.complain = complain,
	.run = run,
};
