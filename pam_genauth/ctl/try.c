/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "ctl/intl.h"
#include "ctl/lint.h"
#include "ctl/trial.h"
#include "ctl/watch.h"

struct request {
	const char *service, *example, *pam_dir, *state_dir;
	double minutes;
	bool wait;
};

static void
usage(void)
{
	printf(_("usage: genauthctl try SERVICE [OPTION ...]\n"
	    "       genauthctl keep SERVICE\n"
	    "       genauthctl undo SERVICE\n"
	    "       genauthctl restore [--wait]\n"
	    "\n"
	    "try puts the example stack of a PAM service in place.  It goes "
	    "away by itself,\n"
	    "at the latest with a reboot, unless keep is said.  undo puts "
	    "back the stack of\n"
	    "before at any time; restore does so for trials that are "
	    "overdue.\n"
	    "\n"
	    "  --minutes N      how long to try (10)\n"
	    "  --example FILE   another stack than the example\n"
	    "  --pam-dir DIR    where the stacks are (/etc/pam.d)\n"
	    "  --state-dir DIR  where the way back is kept\n"
	    "  --wait           until no trial is left\n"
	    "\n"
	    "Exit status: 0 done, 1 not done, 2 usage.\n"));
}

/* A file's name that cannot lead anywhere else. */
static bool
is_service(const char *name)
{
	return name[0] != '.' && name[0] != '\0' && strlen(name) < 200 &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-") == strlen(name);
}

static bool
take_minutes(const char *text, double *minutes)
{
	char *end;

	*minutes = strtod(text, &end);
	if (end != text && *end == '\0' && *minutes > 0 && *minutes <= 1440)
		return true;
	warnx(_("--minutes: must be a number up to 1440"));
	return false;
}

/* -1: go on.  count: how many services are to be named. */
static int
take_arguments(struct request *request, int argc, char **argv, int count)
{
	static const struct option options[] = {
		{ "example", required_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{ "minutes", required_argument, NULL, 'm' },
		{ "pam-dir", required_argument, NULL, 'p' },
		{ "state-dir", required_argument, NULL, 's' },
		{ "wait", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	*request = (struct request){ .minutes = 10,
	    .pam_dir = GENAUTH_PAM_D, .state_dir = GENAUTH_TRY_DIR };
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (option) {
		case 'e': request->example = optarg; break;
		case 'm':
			if (!take_minutes(optarg, &request->minutes))
				return genauth_commands_hint(argv[0]);
			break;
		case 'p': request->pam_dir = optarg; break;
		case 's': request->state_dir = optarg; break;
		case 'w': request->wait = true; break;
		case 'h': usage(); return 0;
		default: return genauth_commands_hint(argv[0]);
		}
	if (optind + count != argc)
		return genauth_commands_hint(argv[0]);
	request->service = count > 0 ? argv[optind] : "";
	if (count > 0 && !is_service(request->service)) {
		warnx(_("%s: not the name of a PAM service"),
		    request->service);
		return GENAUTH_EXIT_USAGE;
	}
	if (geteuid() == 0)
		return -1;
	warnx(_("run this as root"));
	return 1;
}

static void
print_end(const struct genauth_trial *trial,
    const struct genauth_failure *failure)
{
	if (failure == NULL)
		warnx(_("%s/%s: the time is up, the old stack is back"),
		    trial->pam_dir, trial->service);
	else
		warnx(_("%s/%s: the old stack cannot be put back: %s"),
		    trial->pam_dir, trial->service, failure->text);
}

void
genauth_try_end_overdue(void)
{
	unsigned left;

	if (geteuid() == 0)
		genauth_trial_end_overdue(GENAUTH_TRY_DIR, print_end, &left);
}

/*
 * Ends what is overdue, takes the lock and looks whether a trial of the
 * service runs.  false: a failure was printed.
 */
static bool
begin(const struct request *request, struct genauth_trial *trial, int *lock,
    bool *running)
{
	struct genauth_failure failure;
	char *path = realpath(request->pam_dir, NULL);
	long long ms;
	unsigned left;

	*trial = (struct genauth_trial){ .state_dir = request->state_dir,
	    .service = request->service };
	if (path == NULL || strlen(path) >= sizeof(trial->pam_dir)) {
		warn("%s", request->pam_dir);
		free(path);
		return false;
	}
	memcpy(trial->pam_dir, path, strlen(path) + 1);
	free(path);
	if (request->state_dir[0] != '/') {
		warnx(_("--state-dir: must be an absolute path"));
		return false;
	}
	genauth_trial_end_overdue(request->state_dir, print_end, &left);
	*lock = genauth_trial_lock(request->state_dir, &failure);
	if (*lock < 0) {
		warnx("%s", failure.text);
		return false;
	}
	*running = genauth_trial_find(trial, &ms);
	return true;
}

/* Whether the stack may be put in place. */
static bool
is_sound(const struct request *request, const char *example)
{
	struct genauth_report report;
	bool names_it;

	if (!genauth_report_open(&report, false))
		return false;
	names_it = genauth_lint(&report, request->pam_dir, request->service,
	    example);
	if (!names_it)
		warnx(_("%s: does not name pam_genauth.so"), example);
	if (report.counts[GENAUTH_RESULT_ERROR] > 0)
		warnx(_("%s: not put in place because of these errors"),
		    example);
	return names_it && report.counts[GENAUTH_RESULT_ERROR] == 0;
}

static void
tell_steps(const struct request *request)
{
	const char *service = request->service, *test;

	if (strcmp(service, "sshd") == 0)
		test = "ssh -o PubkeyAuthentication=no USER@localhost";
	else if (strncmp(service, "sudo", 4) == 0)
		test = "su - USER -c 'sudo -k; sudo true'";
	else if (strncmp(service, "su", 2) == 0)
		test = "su - nobody -s /bin/sh -c 'su - USER'";
	else
		test = _("log in through this service");
	printf(_("%s: the example is in place for %g minutes.\n"
	    "\n"
	    "Leave this terminal open.  In a second one:\n"
	    "  1. %s\n"
	    "     as a user with a local password: must get in\n"
	    "  2. the same as a GenAuth user: must get in\n"
	    "  3. the same with a wrong password: must be refused\n"
	    "Then, here:\n"
	    "  genauthctl keep %s    if all went well\n"
	    "  genauthctl undo %s    if not; or wait, or reboot\n"),
	    service, request->minutes, test, service, service);
}

/* The steps, in the order that leaves a way back after each. */
static bool
start(const struct request *request, const struct genauth_trial *trial,
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
	struct request request;
	char example[4096], path[8192];
	bool running, done;
	int lock, status = take_arguments(&request, argc, argv, 1);

	if (status >= 0)
		return status;
	snprintf(path, sizeof(path), GENAUTH_EXAMPLE_DIR "/%s",
	    request.service);
	if (realpath(request.example != NULL ? request.example : path,
	    example) == NULL)
		err(1, "%s", request.example != NULL ? request.example : path);
	if (!begin(&request, &trial, &lock, &running))
		return 1;
	if (running)
		errx(1, _("%s is being tried already; genauthctl keep or "
		    "genauthctl undo"), request.service);
	if (!is_sound(&request, example))
		return 1;
	done = start(&request, &trial, example, &failure);
	close(lock);
	if (!done)
		errx(1, "%s", failure.text);
	tell_steps(&request);
	return 0;
}

int
genauth_keep(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct request request;
	bool running;
	int lock, status = take_arguments(&request, argc, argv, 1);

	if (status >= 0)
		return status;
	if (!begin(&request, &trial, &lock, &running))
		return 1;
	if (!running)
		errx(1, _("%s is not being tried"), request.service);
	if (!genauth_trial_keep(&trial, &failure))
		errx(1, "%s", failure.text);
	printf(_("%s: kept; genauthctl undo %s goes back all the same\n"),
	    request.service, request.service);
	close(lock);
	return 0;
}

int
genauth_undo(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct request request;
	bool running;
	int lock, status = take_arguments(&request, argc, argv, 1);

	if (status >= 0)
		return status;
	if (!begin(&request, &trial, &lock, &running))
		return 1;
	if (!running && !genauth_trial_was_kept(&trial))
		errx(1, _("%s: there is nothing to undo"), request.service);
	if (!genauth_trial_restore(&trial, &failure))
		errx(1, "%s", failure.text);
	printf(_("%s: the old stack is back\n"), request.service);
	close(lock);
	return 0;
}

int
genauth_restore(int argc, char **argv)
{
	struct request request;
	unsigned left;
	int status = take_arguments(&request, argc, argv, 0);

	if (status >= 0)
		return status;
	if (request.wait) {
		genauth_watch(request.state_dir);
		return 0;
	}
	return genauth_trial_end_overdue(request.state_dir, print_end, &left) ?
	    0 : 1;
}
