/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/echo.h"
#include "ctl/say.h"

bool
genauth_terminal_has_colour(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0');
}

static volatile sig_atomic_t caught;

static void
catch(int number)
{
	caught = number;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
    SIGTTIN, SIGTTOU };
enum { COUNT = sizeof(signals) / sizeof(signals[0]) };

/* Until there is something to read.  false: a signal came, before or now. */
static bool
wait_for_input(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	sigset_t held, mask;
	bool ready;

	sigemptyset(&held);
	for (int i = 0; i < COUNT; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &mask);
	ready = caught == 0 && ppoll(&polled, 1, NULL, &mask) >= 0;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return ready;
}

/*
 * From a terminal that does not block: what was there to read is gone when a
 * key has sent a signal.
 */
static ssize_t
read_key(int fd, char *byte)
{
	ssize_t n;

	do {
		if (!wait_for_input(fd))
			return -1;
		n = read(fd, byte, 1);
	} while (n < 0 && errno == EAGAIN);
	return n;
}

static ssize_t
read_byte(int fd, char *byte)
{
	return read(fd, byte, 1);
}

/* Reads a line without its end, byte by byte: the rest is not ours. */
static bool
read_line(int fd, ssize_t (*next)(int, char *), char *line, size_t size)
{
	size_t length = 0;
	ssize_t n;
	char byte = 0;

	while ((n = next(fd, &byte)) == 1 && byte != '\n' &&
	    length + 1 < size)
		line[length++] = byte;
	line[length] = '\0';
	if (n == 1 && byte != '\n')
		genauth_say_error(_("what was typed is too long"));
	else if (n < 0 && errno != EINTR)
		genauth_say_error("%s: %s", _("cannot read what was typed"),
		    strerror(errno));
	return n >= 0 && (n == 0 ? length > 0 : byte == '\n');
}

/* The line that is typed; fd blocks before and after. */
static bool
read_typed(int fd, char *line, size_t size)
{
	int flags = fcntl(fd, F_GETFL);
	bool done = flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
	    read_line(fd, read_key, line, size);

	return fcntl(fd, F_SETFL, flags) == 0 && done;
}

/*
 * Asks once, with echo or without.  A signal gives the echo back first, and then
 * has its way; after one that stops the process, *again is set.
 */
static bool
ask(int fd, const char *prompt, bool echo, char *line, size_t size,
    bool *again)
{
	struct sigaction action = { .sa_handler = catch }, old[COUNT];
	struct termios shown, hidden;
	bool done;
	int guard;

	*again = false;
	if (tcgetattr(fd, &shown) != 0) {
		genauth_say_error("/dev/tty: %s", strerror(errno));
		return false;
	}
	hidden = shown;
	if (!echo)
		hidden.c_lflag &= ~(tcflag_t)ECHO;
	guard = echo ? -1 : genauth_echo_guard(fd, &shown);
	caught = 0;
	for (int i = 0; i < COUNT; i++)
		sigaction(signals[i], &action, &old[i]);
	done = tcsetattr(fd, TCSAFLUSH, &hidden) == 0 &&
	    write(fd, prompt, strlen(prompt)) >= 0 &&
	    read_typed(fd, line, size);
	tcsetattr(fd, TCSAFLUSH, &shown);
	genauth_echo_release(guard);
	if (!echo)
		done = write(fd, "\n", 1) == 1 && done;
	for (int i = 0; i < COUNT; i++)
		sigaction(signals[i], &old[i], NULL);
	if (caught == 0)
		return done;
	explicit_bzero(line, size);
	raise(caught);
	*again = caught == SIGTSTP || caught == SIGTTIN || caught == SIGTTOU;
	return false;
}

/* false: nothing was typed; missing says so where there is no terminal. */
static bool
ask_terminal(const char *prompt, bool echo, const char *missing, char *line,
    size_t size)
{
	bool done, again;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		genauth_say_error("%s", missing);
		return false;
	}
	do
		done = ask(fd, prompt, echo, line, size, &again);
	while (again);
	close(fd);
	return done;
}

bool
genauth_terminal_password(bool from_stdin, char *password, size_t size)
{
	if (!from_stdin)
		return ask_terminal(_("GenAuth password: "), false,
		    _("there is no terminal to ask for a password; see "
		    "--password-stdin"), password, size);
	if (read_line(STDIN_FILENO, read_byte, password, size))
		return true;
	genauth_say_error(_("there is no password on standard input"));
	return false;
}

bool
genauth_terminal_code(bool from_stdin, const char *prompt, char *code,
    size_t size)
{
	if (!from_stdin)
		return ask_terminal(prompt, true,
		    _("there is no terminal to ask for a code"), code, size);
	if (read_line(STDIN_FILENO, read_byte, code, size))
		return true;
	genauth_say_error(_("there is no code on standard input"));
	return false;
}

bool
genauth_terminal_is_there(void)
{
	int fd = isatty(STDIN_FILENO) ? open("/dev/tty", O_RDWR | O_NOCTTY |
	    O_CLOEXEC) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
genauth_terminal_line(const char *prompt, bool echo, char *line, size_t size)
{
	/* So that what comes before is read before. */
	fflush(stdout);
	return ask_terminal(prompt, echo, _("there is no terminal to ask on"),
	    line, size);
}

bool
genauth_terminal_stdin(char *line, size_t size)
{
	return read_line(STDIN_FILENO, read_byte, line, size);
}
