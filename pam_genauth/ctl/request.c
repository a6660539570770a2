/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/request.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/commands.h"
#include "ctl/examples.h"
#include "ctl/say.h"
#include "ctl/service.h"
#include "trial/overdue.h"

static void
usage(FILE *out)
{
	fputs(_("usage: genauthctl try SERVICE [OPTION ...]\n"
	    "       genauthctl keep SERVICE\n"
	    "       genauthctl undo SERVICE\n"
	    "       genauthctl restore [--wait]\n"
	    "\n"
	    "try puts the example stack of a PAM service in place.  It goes "
	    "away by itself\n"
	    "unless keep is said; with systemd also after a reboot.  undo puts "
	    "back the\n"
	    "stack of before at any time; restore does so for trials that "
	    "are overdue.\n"
	    "\n"
	    "  --minutes N      how long to try (10)\n"
	    "  --example FILE   another stack than the example\n"
	    "  --replace        also if modules of the old stack get lost\n"
	    "  --pam-dir DIR    where the stacks are (/etc/pam.d); not with "
	    "restore\n"
	    "  --state-dir DIR  where the way back is kept\n"
	    "  --wait           until no trial is left; with restore\n"
	    "\n"
	    "Exit status: 0 done, 1 not done, 2 usage.\n"), out);
}

static bool
take_minutes(const char *text, double *minutes)
{
	char *end;

	*minutes = strtod(text, &end);
	if (end != text && *end == '\0' && *minutes > 0 && *minutes <= 1440)
		return true;
	genauth_say_error(_("--minutes: must be a number up to 1440, such as "
	    "0.5"));
	return false;
}

/* A service too many or too few. */
static int
complain(const char *command, int count)
{
	char services[1024];

	genauth_examples_services(services, sizeof(services));
	if (count == 0)
		genauth_say_error(_("%s is for all services: none is to be "
		    "named"), command);
	else if (strcmp(command, "try") == 0)
		genauth_say_error(_("one service must be named; there are "
		    "examples for: %s"), services);
	else
		genauth_say_error(_("one service must be named"));
	usage(stderr);
	return GENAUTH_EXIT_USAGE;
}

/* A service, for all but restore; absolute folders; root.  -1: go on. */
static int
check_request(struct genauth_request *request, const char *service)
{
	request->service = service != NULL ? service : "";
	if (service != NULL && !genauth_service_check(service))
		return GENAUTH_EXIT_USAGE;
	if (request->state_dir[0] != '/') {
		genauth_say_error(_("--state-dir: must be an absolute path"));
		return GENAUTH_EXIT_USAGE;
	}
	if (geteuid() == 0)
		return -1;
	genauth_say_error(_("run this as root"));
	return 1;
}

int
genauth_request_take(struct genauth_request *request, int argc, char **argv,
    const char *allowed)
{
	static const struct option options[] = {
		{ "example", required_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{ "minutes", required_argument, NULL, 'm' },
		{ "pam-dir", required_argument, NULL, 'p' },
		{ "replace", no_argument, NULL, 'r' },
		{ "state-dir", required_argument, NULL, 's' },
		{ "wait", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	int option, index = 0;
	int count = strcmp(allowed, GENAUTH_REQUEST_RESTORE) != 0;

	*request = (struct genauth_request){ .minutes = 10,
	    .pam_dir = genauth_paths.pam_d, .state_dir = genauth_paths.trials };
	while ((option = getopt_long(argc, argv, "h", options,
	    &index)) != -1) {
		if (option != 'h' && option != '?' &&
		    strchr(allowed, option) == NULL) {
			genauth_say_error(_("--%s: not with %s"),
			    options[index].name, argv[0]);
			return genauth_commands_hint(argv[0]);
		}
		switch (option) {
		case 'e': request->example = optarg; break;
		case 'm':
			if (!take_minutes(optarg, &request->minutes))
				return genauth_commands_hint(argv[0]);
			break;
		case 'p': request->pam_dir = optarg; break;
		case 'r': request->replace = true; break;
		case 's': request->state_dir = optarg; break;
		case 'w': request->wait = true; break;
		case 'h': usage(stdout); return 0;
		default: return genauth_commands_hint(argv[0]);
		}
	}
	if (optind + count != argc)
		return complain(argv[0], count);
	return check_request(request, count > 0 ? argv[optind] : NULL);
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
