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

/* Signals that wait are let through while there is nothing to read, and then. */
static ssize_t
read_byte(int fd, const sigset_t *mask, char *byte)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	return ppoll(&polled, 1, NULL, mask) < 0 ? -1 : read(fd, byte, 1);
}

/*
 * Reads a line without its end, byte by byte: the rest is not ours.  mask: of
 * signals while it waits; NULL: as it is.
 */
static bool
read_line(int fd, const sigset_t *mask, char *line, size_t size)
{
	size_t length = 0;
	ssize_t n;
	char byte = 0;

	while ((n = read_byte(fd, mask, &byte)) == 1 && byte != '\n' &&
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

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
    SIGTTIN, SIGTTOU };
enum { COUNT = sizeof(signals) / sizeof(signals[0]) };

/*
 * Until read_byte() waits they are held back, or one that comes right before
 * that is seen by nobody.  But for those that our own calls bring about in the
 * background: these calls would not stop there.
 */
static void
catch_signals(struct sigaction old[COUNT], sigset_t *mask)
{
	struct sigaction action = { .sa_handler = catch };
	sigset_t held;

	sigemptyset(&held);
	caught = 0;
	for (int i = 0; i < COUNT; i++) {
		if (signals[i] != SIGTTIN && signals[i] != SIGTTOU)
			sigaddset(&held, signals[i]);
		sigaction(signals[i], &action, &old[i]);
	}
	sigprocmask(SIG_BLOCK, &held, mask);
}

static void
leave_signals(const struct sigaction old[COUNT], const sigset_t *mask)
{
	sigprocmask(SIG_SETMASK, mask, NULL);
	for (int i = 0; i < COUNT; i++)
		sigaction(signals[i], &old[i], NULL);
}

/*
 * Asks once, with echo or without.  A signal gives the echo back first, and then
 * has its way; after one that stops the process, *again is set.
 */
static bool
ask(int fd, const char *prompt, bool echo, char *line, size_t size,
    bool *again)
{
	struct sigaction old[COUNT];
	sigset_t mask;
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
	catch_signals(old, &mask);
	done = tcsetattr(fd, TCSAFLUSH, &hidden) == 0 &&
	    write(fd, prompt, strlen(prompt)) >= 0 &&
	    read_line(fd, &mask, line, size);
	tcsetattr(fd, TCSAFLUSH, &shown);
	genauth_echo_release(guard);
	if (!echo)
		done = write(fd, "\n", 1) == 1 && done;
	leave_signals(old, &mask);
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
	if (read_line(STDIN_FILENO, NULL, password, size))
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
	if (read_line(STDIN_FILENO, NULL, code, size))
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
	return read_line(STDIN_FILENO, NULL, line, size);
}
