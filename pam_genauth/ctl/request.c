/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/say.h"
#include "trial/overdue.h"

void
genauth_request_need_service(void)
{
	genauth_say_error(_("one service must be named"));
}

bool
genauth_request_fill(struct genauth_request *request,
    const struct genauth_arguments *arguments)
{
	const char *pam_dir = genauth_arguments_value(arguments, "pam-dir");
	const char *state_dir = genauth_arguments_value(arguments,
	    "state-dir");

	*request = (struct genauth_request){
		.service = arguments->operand != NULL ? arguments->operand :
		    "",
		.pam_dir = pam_dir != NULL ? pam_dir : genauth_paths.pam_d,
		.state_dir = state_dir != NULL ? state_dir :
		    genauth_paths.trials,
	};
	if (request->state_dir[0] == '/')
		return true;
	genauth_say_error(_("--state-dir: must be an absolute path"));
	return false;
}

int
genauth_request_take(struct genauth_request *request,
    const struct genauth_arguments *arguments)
{
	if (!genauth_request_fill(request, arguments))
		return GENAUTH_EXIT_USAGE;
	if (geteuid() == 0)
		return -1;
	genauth_say_error(_("run this as root"));
	return 1;
}

void
genauth_request_command(const struct genauth_request *request,
    const char *name, char command[GENAUTH_REQUEST_COMMAND])
{
	bool other_pam = strcmp(request->pam_dir, genauth_paths.pam_d) != 0;
	bool other_state = strcmp(request->state_dir, genauth_paths.trials) != 0;

	snprintf(command, GENAUTH_REQUEST_COMMAND, "genauthctl %s %s%s%s%s%s",
	    name, request->service, other_pam ? " --pam-dir " : "", other_pam ?
	    request->pam_dir : "", other_state ? " --state-dir " : "",
	    other_state ? request->state_dir : "");
}

static void
print_end(const struct genauth_trial *trial,
    const struct genauth_failure *failure)
{
	if (trial->service[0] == '\0')
		genauth_say_error("%s", failure->text);
	else if (failure == NULL)
		genauth_say_error(_("%s/%s: the time is up, the old stack is "
		    "back"), trial->pam_dir, trial->service);
	else
		genauth_say_error(_("%s/%s: the old stack cannot be put back: "
		    "%s"), trial->pam_dir, trial->service, failure->text);
}

bool
genauth_request_end_overdue(const char *state_dir)
{
	unsigned left;

	return genauth_overdue_end(state_dir, print_end, &left);
}

bool
genauth_request_begin(const struct genauth_request *request, bool make,
    struct genauth_trial *trial, int *lock, bool *running)
{
	struct genauth_failure failure;
	char *path = realpath(request->pam_dir, NULL);
	long long ms;

	*lock = -1;
	*running = false;
	*trial = (struct genauth_trial){ .state_dir = request->state_dir,
	    .service = request->service };
	if (path == NULL || strlen(path) >= sizeof(trial->pam_dir)) {
		genauth_say_error("%s: %s; %s", request->pam_dir,
		    strerror(path == NULL ? errno : ENAMETOOLONG),
		    _("name the folder with --pam-dir"));
		free(path);
		return false;
	}
	memcpy(trial->pam_dir, path, strlen(path) + 1);
	free(path);
	if (!make && access(request->state_dir, F_OK) != 0 && errno == ENOENT)
		return true;
	genauth_request_end_overdue(request->state_dir);
	*lock = genauth_trial_lock(request->state_dir, &failure);
	if (*lock < 0 || !genauth_trial_check_place(trial, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	*running = genauth_trial_find(trial, &ms);
	return true;
}

bool
genauth_request_settle(const struct genauth_request *request,
    struct genauth_trial *trial, int *lock, bool *running, bool *kept)
{
	struct genauth_failure failure;

	*kept = false;
	if (!genauth_request_begin(request, false, trial, lock, running))
		return false;
	if (*lock < 0 || *running || genauth_trial_settle(trial, kept,
	    &failure))
		return true;
	genauth_say_error("%s", failure.text);
	return false;
}
