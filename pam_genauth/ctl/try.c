/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "ctl/intl.h"
#include "ctl/overdue.h"
#include "ctl/replace.h"
#include "ctl/trial.h"
#include "ctl/watch.h"

struct request {
	const char *service, *example, *pam_dir, *state_dir;
	double minutes;
	bool replace, wait;
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

/* What each command takes, by the letters of the table below. */
#define TRY "emprs"
#define KEEP "ps"
#define RESTORE "sw"

/* A service, for all but restore; absolute folders; root.  -1: go on. */
static int
check_request(struct request *request, const char *service)
{
	request->service = service != NULL ? service : "";
	if (service != NULL && !is_service(service)) {
		warnx(_("%s: not the name of a PAM service"), service);
		return GENAUTH_EXIT_USAGE;
	}
	if (request->state_dir[0] != '/') {
		warnx(_("--state-dir: must be an absolute path"));
		return GENAUTH_EXIT_USAGE;
	}
	if (geteuid() == 0)
		return -1;
	warnx(_("run this as root"));
	return 1;
}

/* -1: go on. */
static int
take_arguments(struct request *request, int argc, char **argv,
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
	int option, index = 0, count = strcmp(allowed, RESTORE) != 0;

	*request = (struct request){ .minutes = 10,
	    .pam_dir = GENAUTH_PAM_D, .state_dir = GENAUTH_TRY_DIR };
	while ((option = getopt_long(argc, argv, "h", options,
	    &index)) != -1) {
		if (option != 'h' && option != '?' &&
		    strchr(allowed, option) == NULL) {
			warnx(_("--%s: not with %s"), options[index].name,
			    argv[0]);
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
		case 'h': usage(); return 0;
		default: return genauth_commands_hint(argv[0]);
		}
	}
	if (optind + count != argc)
		return genauth_commands_hint(argv[0]);
	return check_request(request, count > 0 ? argv[optind] : NULL);
}

static void
print_end(const struct genauth_trial *trial,
    const struct genauth_failure *failure)
{
	if (trial->service[0] == '\0')
		warnx("%s", failure->text);
	else if (failure == NULL)
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
		genauth_overdue_end(GENAUTH_TRY_DIR, print_end, &left);
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
	genauth_overdue_end(request->state_dir, print_end, &left);
	*lock = genauth_trial_lock(request->state_dir, &failure);
	if (*lock < 0 || !genauth_trial_check_place(trial, &failure)) {
		warnx("%s", failure.text);
		return false;
	}
	*running = genauth_trial_find(trial, &ms);
	return true;
}

/* A command for this trial, in a buffer that the next call overwrites. */
static const char *
command(const struct request *request, const char *name)
{
	static char text[4096];
	bool other_pam = strcmp(request->pam_dir, GENAUTH_PAM_D) != 0;
	bool other_state = strcmp(request->state_dir, GENAUTH_TRY_DIR) != 0;

	snprintf(text, sizeof(text), "genauthctl %s %s%s%s%s%s", name,
	    request->service, other_pam ? " --pam-dir " : "", other_pam ?
	    request->pam_dir : "", other_state ? " --state-dir " : "",
	    other_state ? request->state_dir : "");
	return text;
}

static void
tell_steps(const struct request *request, const struct genauth_trial *trial)
{
	const char *service = request->service, *test;

	if (strcmp(service, "sshd") == 0)
		test = "ssh -o PubkeyAuthentication=no USER@localhost";
	else if (strncmp(service, "sudo", 4) == 0)
		test = "su -P - USER -c 'sudo -k; sudo true'";
	else if (strncmp(service, "su", 2) == 0)
		test = "su -P nobody -s /bin/sh -c 'su USER -c id'";
	else
		test = _("log in through this service");
	printf(_("%s/%s: the new stack is in place for %g minutes.\n"
	    "\n"
	    "Leave this terminal open.  In a second one:\n"
	    "  1. %s\n"
	    "     as a user with a local password: must get in\n"
	    "  2. the same as a GenAuth user: must get in\n"
	    "  3. the same with a wrong password: must be refused\n"
	    "Then, here:\n"), trial->pam_dir, service, request->minutes,
	    test);
	printf(_("  %s    if all went well\n"), command(request, "keep"));
	printf(_("  %s    if not; or wait\n"), command(request, "undo"));
	if (genauth_watch_outlives_reboot(request->state_dir))
		printf(_("A reboot ends the trial too.\n"));
	else
		printf(_("A reboot does NOT end this trial; after one, say "
		    "%s\n"), command(request, "undo"));
}

/* The steps, in the order that leaves a way back after each. */
static bool
start(const struct request *request, struct genauth_trial *trial,
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
	int lock, status = take_arguments(&request, argc, argv, TRY);

	if (status >= 0)
		return status;
	snprintf(path, sizeof(path), GENAUTH_EXAMPLE_DIR "/%s",
	    request.service);
	if (realpath(request.example != NULL ? request.example : path,
	    example) == NULL)
		err(1, "%s", request.example != NULL ? request.example : path);
	if (!genauth_replace_check(request.pam_dir, request.service, example,
	    request.replace) || !begin(&request, &trial, &lock, &running))
		return 1;
	if (running)
		errx(1, _("%s is being tried already; genauthctl keep or "
		    "genauthctl undo"), request.service);
	done = start(&request, &trial, example, &failure);
	close(lock);
	if (!done)
		errx(1, "%s", failure.text);
	tell_steps(&request, &trial);
	return 0;
}

int
genauth_keep(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct request request;
	bool running;
	int lock, status = take_arguments(&request, argc, argv, KEEP);

	if (status >= 0)
		return status;
	if (!begin(&request, &trial, &lock, &running))
		return 1;
	if (!running)
		errx(1, _("%s is not being tried"), request.service);
	if (!genauth_trial_keep(&trial, &failure))
		errx(1, "%s", failure.text);
	close(lock);
	printf(_("%s/%s: kept; to go back all the same: %s\n"), trial.pam_dir,
	    request.service, command(&request, "undo"));
	return 0;
}

int
genauth_undo(int argc, char **argv)
{
	struct genauth_failure failure;
	struct genauth_trial trial;
	struct request request;
	char date[64] = "";
	time_t since = 0;
	bool running;
	int lock, status = take_arguments(&request, argc, argv, KEEP);

	if (status >= 0)
		return status;
	if (!begin(&request, &trial, &lock, &running))
		return 1;
	if (!running && !genauth_trial_was_kept(&trial, &since))
		errx(1, _("%s/%s: there is nothing to undo"), trial.pam_dir,
		    request.service);
	if (!genauth_trial_restore(&trial, &failure))
		errx(1, "%s", failure.text);
	close(lock);
	if (running)
		printf(_("%s/%s: the old stack is back\n"), trial.pam_dir,
		    request.service);
	else if (strftime(date, sizeof(date), "%F %R", localtime(&since)) > 0)
		printf(_("%s/%s: the stack of %s is back, from before the "
		    "first trial that was kept\n"), trial.pam_dir,
		    request.service, date);
	if (trial.has_tried)
		printf(_("What was there is in %s/%s.tried\n"),
		    request.state_dir, request.service);
	return 0;
}

int
genauth_restore(int argc, char **argv)
{
	struct request request;
	unsigned left;
	int status = take_arguments(&request, argc, argv, RESTORE);

	if (status >= 0)
		return status;
	if (request.wait) {
		genauth_watch(request.state_dir);
		return 0;
	}
	return genauth_overdue_end(request.state_dir, print_end, &left) ?
	    0 : 1;
}
