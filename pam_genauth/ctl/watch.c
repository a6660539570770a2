/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/watch.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/text.h"

/* Nobody reads what it prints any more. */
static void
log_end(const struct genauth_trial *trial,
    const struct genauth_failure *failure)
{
	if (failure == NULL)
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
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	close_range(3, UINT_MAX, 0);
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
		bool good = genauth_trial_end_overdue(state_dir, log_end,
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
