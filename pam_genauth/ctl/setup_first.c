/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/setup_first.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/say.h"
#include "ctl/terminal.h"
#include "stack/modules.h"
#include "stack/stack.h"

#define SERVICE "sshd"
#define LINE_LIMIT 256

static const char *
value(const struct genauth_setup *setup, const char *name)
{
	return genauth_arguments_value(setup->arguments, name);
}

/* As if it had been called with those of our options that it has. */
static int
run(const struct genauth_setup *setup, const struct genauth_command *command,
    const char *operand)
{
	struct genauth_arguments arguments = { .command = command,
	    .operand = operand };
	const struct genauth_command_option *option = command->options;

	for (; option->name != NULL; option++)
		if (strcmp(option->name, "conf") == 0 ||
		    strcmp(option->name, "pam-dir") == 0 ||
		    strcmp(option->name, "state-dir") == 0 ||
		    strcmp(option->name, "password-stdin") == 0)
			genauth_arguments_give(&arguments, option->name,
			    value(setup, option->name));
	return command->run(&arguments);
}

bool
genauth_setup_first_check(const struct genauth_setup *setup)
{
	return run(setup, &genauth_cmd_check, NULL) == 0;
}

/* ---- the first login --------------------------------------------------- */

/* false: nobody. */
static bool
ask_user(char user[LINE_LIMIT])
{
	return genauth_terminal_line(_("user (Enter: nobody): "), true, user,
	    LINE_LIMIT) && user[0] != '\0';
}

bool
genauth_setup_first_login(const struct genauth_setup *setup, bool *done)
{
	const char *given = value(setup, "user");
	char user[LINE_LIMIT];
	bool tried = false;

	*done = false;
	if (!setup->asks)
		return given == NULL ||
		    (*done = run(setup, &genauth_cmd_login, given) == 0);
	genauth_say(0, _("\nThe first login: a user of this host who has an "
	    "account of GenAuth.  It changes nothing on this host, and "
	    "GenAuth counts wrong passwords.\n"));
	while (!*done) {
		if (given == NULL && !ask_user(user))
			return !tried;
		tried = true;
		*done = run(setup, &genauth_cmd_login, given != NULL ? given :
		    user) == 0;
		given = NULL;
		if (!*done)
			putchar('\n');
	}
	return true;
}

/* ---- the trial --------------------------------------------------------- */

/* Whether the service has a stack, and one that does not ask GenAuth. */
static bool
can_be_tried(const struct genauth_setup *setup)
{
	const char *directory = value(setup, "pam-dir");
	struct genauth_stack stacks[GENAUTH_PHASES];
	const struct genauth_stack *stack = &stacks[GENAUTH_PHASE_AUTH];
	char path[GENAUTH_STACK_PATH];
	bool asks;

	if (directory == NULL)
		directory = genauth_paths.pam_d;
	snprintf(path, sizeof(path), "%s/%s", directory, SERVICE);
	if (access(path, F_OK) != 0)
		return false;
	genauth_stack_read(stacks, directory, SERVICE, NULL, NULL, NULL);
	asks = genauth_modules_find_login(stack) < stack->count;
	genauth_stack_free(stacks);
	return !asks;
}

/* Only a clear yes. */
static bool
is_agreed(void)
{
	char line[LINE_LIMIT];

	genauth_say(0, _("\nsshd can ask GenAuth for ten minutes now, for you "
	    "to try it; then all is as before by itself.\n"));
	return genauth_terminal_line(_("genauthctl try sshd? [y/N] "), true,
	    line, sizeof(line)) && (strcmp(line, "y") == 0 ||
	    strcmp(line, "Y") == 0 || strcmp(line, "yes") == 0);
}

bool
genauth_setup_first_try(const struct genauth_setup *setup)
{
	const char *service = value(setup, "try");

	if (service == NULL && setup->asks && can_be_tried(setup)) {
		if (is_agreed()) {
			service = SERVICE;
		} else {
			genauth_say(0, _("When you want to: genauthctl try "
			    "sshd\n"));
			return true;
		}
	}
	return service == NULL || run(setup, &genauth_cmd_try, service) == 0;
}
