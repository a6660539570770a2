/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth-listen: keeps some genauth-signin ready, for callers who connect to a
 * socket.  It hears no message, reads no option and knows no network; each
 * connection is served by a process that was executed for it alone and ends
 * with it.  "genauth-signin --listen" becomes this.
 */
#include <sys/signalfd.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/text.h"
#include "listen/children.h"
#include "listen/socket.h"

#define SPARES 2
#define SPARES_MOST 16

/* Where systemd starts it again; in seconds. */
#define IDLE 600
#define IDLE_MOST 86400

/*
 * How long one may serve, in seconds: more than a login takes in which a person
 * is slow each time, and asked as often as may be.
 */
#define LIMIT 3600
#define LIMIT_MOST 86400

/* How often that is looked at, or oftener. */
#define LOOK_MS 10000

/* What those that serve are left, once it is to end. */
#define END_MS 5000

struct listener {
	struct genauth_listen_socket socket;
	struct genauth_listen_children children;
	int signals;
	long long idle_ms;	/* 0: for ever */
	long long deadline;	/* genauth_clock_ms; 0: goes on */
};

static int
misused(void)
{
	fprintf(stderr, "usage: genauth-signin --listen [--spares N] "
	    "[--idle SECONDS] [--limit SECONDS]; see pam_genauth(8)\n");
	return 2;
}

static bool
read_number(const char *text, long long least, long long most,
    long long *number)
{
	return genauth_text_parse_number(text, number) && *number >= least &&
	    *number <= most;
}

static bool
read_arguments(struct listener *listener, int argc, char **argv)
{
	static const struct option options[] = {
		{ "listen", no_argument, NULL, 'l' },
		{ "spares", required_argument, NULL, 's' },
		{ "idle", required_argument, NULL, 'i' },
		{ "limit", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	long long spares = SPARES, idle = -1, limit = LIMIT;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if ((option == 's' &&
		    !read_number(optarg, 1, SPARES_MOST, &spares)) ||
		    (option == 'i' &&
		    !read_number(optarg, 0, IDLE_MOST, &idle)) ||
		    (option == 'm' &&
		    !read_number(optarg, 1, LIMIT_MOST, &limit)) ||
		    option == '?')
			return false;
	listener->children.spares = (int)spares;
	listener->idle_ms = idle * 1000;
	listener->children.limit_ms = limit * 1000;
	return optind == argc;
}

/*
 * What is opened from now on must not take the places that a spare has for
 * something else.
 */
static bool
open_stdio(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Blocked, so that none is lost; a spare has its own again. */
static bool
open_signals(struct listener *listener)
{
	sigset_t heard;

	sigemptyset(&heard);
	sigaddset(&heard, SIGCHLD);
	sigaddset(&heard, SIGTERM);
	sigaddset(&heard, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &heard, NULL) != 0)
		return false;
	listener->signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	return listener->signals >= 0;
}

/* No new ones: whoever connects waits for whoever listens next. */
static void
begin_end(struct listener *listener)
{
	if (listener->deadline != 0)
		return;
	listener->deadline = genauth_clock_ms() + END_MS;
	listener->children.spares = 0;
	genauth_listen_socket_close(&listener->socket);
	genauth_listen_children_end(&listener->children, false);
}

static void
hear_signals(struct listener *listener)
{
	struct signalfd_siginfo signal;

	while (read(listener->signals, &signal, sizeof(signal)) ==
	    sizeof(signal))
		if (signal.ssi_signo != SIGCHLD)
			begin_end(listener);
	genauth_listen_children_reap(&listener->children);
}

/* Until something is to be done, whatever is heard; -1: nothing. */
static int
time_left(const struct listener *listener)
{
	const struct genauth_listen_children *children = &listener->children;
	long long until = children->used_at + listener->idle_ms;

	if (listener->deadline != 0)
		return genauth_clock_left(listener->deadline);
	if (children->not_before > genauth_clock_ms())
		return genauth_clock_left(children->not_before);
	return listener->idle_ms == 0 ? -1 : genauth_clock_left(until);
}

static bool
is_idle(const struct listener *listener)
{
	return listener->idle_ms != 0 &&
	    genauth_listen_children_busy(&listener->children) == 0 &&
	    genauth_clock_left(listener->children.used_at +
	    listener->idle_ms) == 0;
}

/* How long to wait for whatever is heard; -1: for ever. */
static int
time_to_wait(const struct listener *listener)
{
	int left = time_left(listener);
	int look = listener->children.limit_ms < LOOK_MS ?
	    (int)listener->children.limit_ms : LOOK_MS;

	if (listener->deadline != 0 ||
	    genauth_listen_children_busy(&listener->children) == 0)
		return left;
	/* While any of them serves, an idle time that is over says nothing. */
	return left <= 0 || left > look ? look : left;
}

static void
wait_and_hear(struct listener *listener)
{
	struct pollfd polled[1 + GENAUTH_LISTEN_CHILDREN] = {
		{ .fd = listener->signals, .events = POLLIN } };
	nfds_t count = genauth_listen_children_poll(&listener->children,
	    polled + 1);

	if (poll(polled, 1 + count, time_to_wait(listener)) <= 0)
		return;
	genauth_listen_children_hear(&listener->children, polled + 1, count);
	hear_signals(listener);
}

static bool
is_over(const struct listener *listener)
{
	const struct genauth_listen_child *list = listener->children.list;

	if (listener->deadline == 0)
		return false;
	if (genauth_clock_left(listener->deadline) == 0)
		return true;
	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++)
		if (list[i].pid != 0)
			return false;
	return true;
}

static void
run(struct listener *listener)
{
	listener->children.socket = listener->socket.fd;
	listener->children.used_at = genauth_clock_ms();
	while (!is_over(listener)) {
		if (is_idle(listener))
			begin_end(listener);
		genauth_listen_children_end_late(&listener->children);
		genauth_listen_children_fill(&listener->children);
		wait_and_hear(listener);
	}
	genauth_listen_children_end(&listener->children, true);
}

int
main(int argc, char **argv)
{
	static struct listener listener;
	struct genauth_failure failure;

	if (!read_arguments(&listener, argc, argv))
		return misused();
	if (geteuid() != 0) {
		fprintf(stderr, "genauth-listen: must be started by root\n");
		return 1;
	}
	if (!open_stdio())
		return 1;
	if (!genauth_listen_socket_open(&listener.socket, &failure)) {
		fprintf(stderr, "genauth-listen: %s\n", failure.text);
		return 1;
	}
	if (listener.idle_ms < 0)
		listener.idle_ms = listener.socket.is_handed_over ?
		    IDLE * 1000 : 0;
	if (chdir("/") != 0 || !open_signals(&listener)) {
		fprintf(stderr, "genauth-listen: %s\n",
		    genauth_text_errno(errno));
		return 1;
	}
	run(&listener);
	return 0;
}
