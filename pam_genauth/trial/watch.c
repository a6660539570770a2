/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial/watch.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"
#include "common/text.h"
#include "trial/overdue.h"

/* Nobody reads what it prints any more. */
static void
log_end(const struct genauth_trial *trial,
    const struct genauth_failure *failure)
{
	if (trial->service[0] == '\0')
		syslog(LOG_CRIT, "%s", failure->text);
	else if (failure == NULL)
		syslog(LOG_NOTICE, "%s/%s: the trial is over, the old stack "
		    "is back", trial->pam_dir, trial->service);
	else
		syslog(LOG_CRIT, "%s/%s: the trial is over, but the old stack "
		    "cannot be put back: %s", trial->pam_dir, trial->service,
		    failure->text);
}

/*
 * Away from the terminal and the folder that it was started from, and from the
 * caller's lock.
 */
static void
detach(void)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	genauth_file_close_from(3);
	if (chdir("/") != 0)
		_exit(1);
	signal(SIGHUP, SIG_IGN);
}

void
genauth_watch(const char *state_dir)
{
	unsigned left;

	openlog("genauthctl", LOG_PID, LOG_AUTHPRIV);
	for (;;) {
		/* A full disk may be emptied, so a failure is no end. */
		bool good = genauth_overdue_end(state_dir, log_end,
		    &left);

		if (left == 0 && good)
			break;
		sleep(good ? 1 : 10);
	}
}

bool
genauth_watch_start(const char *state_dir, struct genauth_failure *failure)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		/* Twice, so that nobody has to wait for the second. */
		pid = fork();
		if (pid == 0) {
			detach();
			genauth_watch(state_dir);
		}
		_exit(pid < 0 ? 1 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "no process can be started: %s", genauth_text_errno(errno));
	return true;
}

bool
genauth_watch_outlives_reboot(const char *state_dir)
{
	char *arguments[] = { (char *)"systemctl", (char *)"is-active",
	    (char *)"--quiet", (char *)"genauth-trial.path", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status = -1;

	if (strcmp(state_dir, genauth_paths.trials) != 0 ||
	    posix_spawn_file_actions_init(&actions) != 0)
		return false;
	/* Without systemd it complains. */
	if (posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
	    "/dev/null", O_WRONLY, 0) == 0 &&
	    posix_spawnp(&pid, genauth_paths.systemctl, &actions, NULL,
	    arguments, environ) == 0 && waitpid(pid, &status, 0) != pid)
		status = -1;
	posix_spawn_file_actions_destroy(&actions);
	return status == 0;
}
