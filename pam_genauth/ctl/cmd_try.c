/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/commands.h"
#include "ctl/examples.h"
#include "ctl/replace.h"
#include "ctl/request.h"
#include "ctl/say.h"
#include "ctl/service.h"
#include "trial/watch.h"

/* The stack to try, as an absolute path; false: that has been said. */
static bool
find_example(const struct genauth_request *request,
    char path[GENAUTH_EXAMPLES_PATH])
{
	char example[GENAUTH_EXAMPLES_PATH], services[1024];

	if (request->example == NULL && !genauth_examples_stack(
	    request->service, example)) {
		genauth_examples_services(services, sizeof(services));
		genauth_say_error(_("there is no example for %s, only for: %s; "
		    "name a stack of your own with --example"),
		    request->service, services);
		return false;
	}
	if (realpath(request->example != NULL ? request->example : example,
	    path) != NULL)
		return true;
	genauth_say_error("%s: %s", request->example != NULL ?
	    request->example : example, strerror(errno));
	return false;
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
    const struct genauth_trial *trial)
{
	const char *test, *after;
	bool as_root;

	test = test_of(request->service, &as_root);
	genauth_say(2, _("%s/%s: the new stack is in place for %g minutes.\n"
	    "\n"), trial->pam_dir, request->service, request->minutes);
	genauth_say(2, "%s", as_root ?
	    _("Leave this terminal open.  In a second one, as root:\n") :
	    _("Leave this terminal open.  In a second one:\n"));
	genauth_say(5, _("  1. %s\n"
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
start(const struct genauth_request *request, struct genauth_trial *trial,
    const char *example, struct genauth_failure *failure)
{
	struct genauth_failure ignored;

	if (!genauth_trial_save(trial, failure) ||
	    !genauth_trial_note(trial, (long long)(request->minutes * 60000),
	    failure))
		return false;
	if (genauth_watch_start(trial->state_dir, failure) &&
	    genauth_trial_install(trial, example, failure))
		return true;
	genauth_trial_restore(trial, &ignored);
	return false;
}

int
genauth_try(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct genauth_request request;
	char example[GENAUTH_EXAMPLES_PATH];
	bool running, done;
	int lock, status = genauth_request_take(&request, argc, argv,
	    GENAUTH_REQUEST_TRY);

	if (status >= 0)
		return status;
	if (!find_example(&request, example) ||
	    !genauth_replace_check(request.pam_dir, request.service, example,
	    request.replace) || !genauth_request_begin(&request, true, &trial,
	    &lock, &running))
		return 1;
	if (running) {
		genauth_say_error(_("%s/%s is being tried already; say "
		    "genauthctl keep or genauthctl undo first"), trial.pam_dir,
		    request.service);
		return 1;
	}
	done = start(&request, &trial, example, &failure);
	close(lock);
	if (!done) {
		genauth_say_error("%s", failure.text);
		return 1;
	}
	tell_steps(&request, &trial);
	return 0;
}
