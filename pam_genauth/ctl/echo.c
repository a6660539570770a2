/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/echo.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <unistd.h>

/* Reads to its end what the other side says. */
static ssize_t
wait_for(int fd)
{
	ssize_t n;
	char byte;

	while ((n = read(fd, &byte, 1)) < 0 && errno == EINTR)
		;
	return n;
}

/* In a session of its own no key and no signal to our group reaches it. */
static void
stand_guard(int fd, int terminal, const struct termios *shown)
{
	setsid();
	/* Ready. */
	if (write(fd, "", 1) == 1 && wait_for(fd) == 0)
		tcsetattr(terminal, TCSANOW, shown);
	_exit(0);
}

static pid_t guardian;

int
genauth_echo_guard(int terminal, const struct termios *shown)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	if ((guardian = fork()) == 0) {
		close(ends[0]);
		stand_guard(ends[1], terminal, shown);
	}
	close(ends[1]);
	if (guardian > 0 && wait_for(ends[0]) == 1)
		return ends[0];
	close(ends[0]);
	return -1;
}

void
genauth_echo_release(int guard)
{
	if (guard < 0)
		return;
	if (send(guard, "", 1, MSG_NOSIGNAL) == 1)
		waitpid(guardian, NULL, 0);
	close(guard);
}
