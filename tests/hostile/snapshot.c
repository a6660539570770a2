/* SPDX-License-Identifier: BSD-2-Clause */
#include "snapshot.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

struct text {
	const char *when;
	char *data;
	size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void
line(struct text *text, const char *format, ...)
{
	char one[1024];
	va_list arguments;
	int n;

	va_start(arguments, format);
	vsnprintf(one, sizeof(one), format, arguments);
	va_end(arguments);
	n = snprintf(text->data + text->length, text->size - text->length,
	    "%s %s\n", text->when, one);
	if (n > 0 && (size_t)n < text->size - text->length)
		text->length += (size_t)n;
}

static unsigned long long
bits(const sigset_t *set)
{
	unsigned long long found = 0;

	for (int number = 1; number < 64; number++)
		if (sigismember(set, number) == 1)
			found |= 1ULL << number;
	return found;
}

static void
signals(struct text *text)
{
	struct sigaction action;
	sigset_t mask, pending;

	for (int number = 1; number < 64; number++)
		if (sigaction(number, NULL, &action) == 0)
			line(text, "signal-%d %p flags=%x mask=%llx", number,
			    (void *)(size_t)action.sa_handler,
			    (unsigned)action.sa_flags, bits(&action.sa_mask));
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigpending(&pending);
	line(text, "mask %llx", bits(&mask));
	line(text, "pending %llx", bits(&pending));
}

static void
limits_and_timers(struct text *text)
{
	struct itimerval timer;
	struct rlimit limit;

	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (getrlimit((__rlimit_resource_t)i, &limit) == 0)
			line(text, "limit-%d %llx %llx", i,
			    (unsigned long long)limit.rlim_cur,
			    (unsigned long long)limit.rlim_max);
	for (int i = ITIMER_REAL; i <= ITIMER_PROF; i++)
		if (getitimer((__itimer_which_t)i, &timer) == 0)
			line(text, "timer-%d %ld.%06ld", i,
			    (long)timer.it_interval.tv_sec,
			    (long)timer.it_interval.tv_usec);
}

static void
descriptors(struct text *text)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[512];
	ssize_t length;
	int own;

	if (folder == NULL)
		return;
	own = dirfd(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' || atoi(entry->d_name) == own)
			continue;
		length = readlinkat(own, entry->d_name, target,
		    sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		line(text, "descriptor-%s %s", entry->d_name, target);
	}
	closedir(folder);
}

static void
process(struct text *text)
{
	char folder[512];
	mode_t mask = umask(0);
	int log_mask = setlogmask(0);
	struct stat tasks;

	umask(mask);
	line(text, "umask %o", (unsigned)mask);
	line(text, "logmask %x", (unsigned)log_mask);
	line(text, "cwd %s", getcwd(folder, sizeof(folder)) != NULL ?
	    folder : strerror(errno));
	line(text, "locale %s", setlocale(LC_ALL, NULL));
	line(text, "user %d %d", (int)getuid(), (int)geteuid());
	line(text, "group %d %d", (int)getgid(), (int)getegid());
	line(text, "session %d %d", (int)getsid(0), (int)getpgrp());
	/* A folder for each thread, and "." and "..". */
	if (stat("/proc/self/task", &tasks) == 0)
		line(text, "threads %d", (int)tasks.st_nlink - 2);
	for (char **each = environ; each != NULL && *each != NULL; each++)
		line(text, "environment %s", *each);
}

/*
 * Dead or alive.  Asked in a way that takes nothing away, and that also knows
 * the children of a host that ignores SIGCHLD.
 */
static void
children(struct text *text)
{
	siginfo_t found = { 0 };
	int result = waitid(P_ALL, 0, &found,
	    WEXITED | WSTOPPED | WNOHANG | WNOWAIT |
	    __WALL);

	line(text, "children %s", result == 0 ? "some" : strerror(errno));
}

size_t
snapshot_take(const char *when, char *data, size_t size)
{
	struct text text = { .when = when, .data = data, .size = size };

	signals(&text);
	limits_and_timers(&text);
	descriptors(&text);
	process(&text);
	children(&text);
	return text.length;
}
