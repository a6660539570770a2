/* SPDX-License-Identifier: BSD-2-Clause */
#include "conditions.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "transaction.h"

static void
need(int done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(2);
}

static void
set_handler(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	need(sigaction(number, &action, NULL) == 0, "sigaction");
}

static void
do_nothing(int number)
{
	(void)number;
}

/* What a daemon with many children does: takes whatever has ended. */
static void
reap_everything(int number)
{
	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* As vsftpd: whatever calls, the child that it waits for is its own. */
static void
wait_for_any(int number)
{
	(void)number;
	wait(NULL);
}

static void
start_child(void)
{
	pid_t child = fork();

	need(child >= 0, "fork");
	if (child > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void
set_limit(int resource, rlim_t value)
{
	struct rlimit limit = { value, value };

	need(setrlimit((__rlimit_resource_t)resource, &limit) == 0,
	    "setrlimit");
}

/* ---- the conditions ---- */

/* closed=02: these descriptors are not open. */
static void
closed(const char *digits)
{
	for (; *digits != '\0'; digits++)
		close(*digits - '0');
}

static void
sigchld(const char *kind)
{
	if (strcmp(kind, "ignored") == 0)
		set_handler(SIGCHLD, SIG_IGN, 0);
	else if (strcmp(kind, "nowait") == 0)
		set_handler(SIGCHLD, SIG_DFL, SA_NOCLDWAIT);
	else if (strcmp(kind, "thief") == 0)
		set_handler(SIGCHLD, reap_everything, 0);
	else if (strcmp(kind, "waits") == 0) {
		start_child();
		set_handler(SIGCHLD, wait_for_any, 0);
	} else
		set_handler(SIGCHLD, do_nothing, 0);
}

static void
sigpipe(const char *kind)
{
	set_handler(SIGPIPE, strcmp(kind, "handler") == 0 ? do_nothing :
	    strcmp(kind, "ignored") == 0 ? SIG_IGN : SIG_DFL, 0);
}

static void
blocked(const char *unused)
{
	sigset_t all;

	(void)unused;
	sigfillset(&all);
	need(sigprocmask(SIG_SETMASK, &all, NULL) == 0, "sigprocmask");
}

/* A signal every so many microseconds; system calls are not taken up again. */
static void
timer(const char *microseconds)
{
	struct itimerval often = { .it_interval.tv_usec = atol(microseconds),
	    .it_value.tv_usec = atol(microseconds) };

	set_handler(SIGALRM, do_nothing, 0);
	need(setitimer(ITIMER_REAL, &often, NULL) == 0, "setitimer");
}

static void
nofile(const char *number)
{
	set_limit(RLIMIT_NOFILE, (rlim_t)atol(number));
}

static void
nproc(const char *number)
{
	set_limit(RLIMIT_NPROC, (rlim_t)atol(number));
}

/* as=KIB: so much more memory than the host has now. */
static void
as(const char *kib)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	need(file != NULL && fscanf(file, "%ld", &pages) == 1, "statm");
	fclose(file);
	set_limit(RLIMIT_AS, (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) +
	    (rlim_t)atol(kib) * 1024);
}

static void
core(const char *unused)
{
	(void)unused;
	set_limit(RLIMIT_CORE, RLIM_INFINITY);
}

/* A descriptor that outlives exec, on a file that is root's alone. */
static void
leaky(const char *path)
{
	need(open(path, O_RDONLY) >= 0, path);
}

static void
groups(const char *unused)
{
	static const gid_t list[] = { 0, 1, 2, 3, 4, 42 };

	(void)unused;
	need(setgroups(sizeof(list) / sizeof(list[0]), list) == 0,
	    "setgroups");
}

static void
jail(const char *folder)
{
	need(chroot(folder) == 0 && chdir("/") == 0, folder);
}

/* For good: real, effective and saved. */
static void
user(const char *name)
{
	struct passwd *entry = getpwnam(name);

	need(entry != NULL && setgroups(0, NULL) == 0 &&
	    setgid(entry->pw_gid) == 0 && setuid(entry->pw_uid) == 0, name);
}

/* caller=NAME: as su and sudo are when that user calls them. */
static void
caller(const char *name)
{
	struct passwd *entry = getpwnam(name);

	need(entry != NULL && setresuid(entry->pw_uid, 0, 0) == 0, name);
}

/* typing=MS: so long takes the password. */
static void
typing(const char *milliseconds)
{
	transaction_type_slowly((unsigned)atoi(milliseconds));
}

/* All of the small things at once, away from their defaults. */
static void
odd(const char *unused)
{
	(void)unused;
	umask(0137);
	setlogmask(LOG_UPTO(LOG_DEBUG) & ~LOG_MASK(LOG_ALERT));
	openlog("odd-host", LOG_PID, LOG_LOCAL3);
	need(chdir("/usr/share") == 0, "chdir");
}

static const struct {
	const char *name;
	void (*apply)(const char *value);
} table[] = {
	{ "closed", closed },
	{ "sigchld", sigchld },
	{ "sigpipe", sigpipe },
	{ "blocked", blocked },
	{ "timer", timer },
	{ "nofile", nofile },
	{ "nproc", nproc },
	{ "as", as },
	{ "core", core },
	{ "leaky", leaky },
	{ "groups", groups },
	{ "jail", jail },
	{ "user", user },
	{ "caller", caller },
	{ "typing", typing },
	{ "password-after", transaction_type_password_after },
	{ "codes-after", transaction_type_codes_after },
	{ "odd", odd },
};

void
conditions_apply(const char *condition)
{
	size_t length = strcspn(condition, "=");

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].name) == length &&
		    strncmp(table[i].name, condition, length) == 0) {
			table[i].apply(condition[length] == '=' ?
			    condition + length + 1 : "");
			return;
		}
	fprintf(stderr, "no such condition: %s\n", condition);
	exit(2);
}
