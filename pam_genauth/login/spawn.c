/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's handler of SIGCHLD may wait for any child, and would wait for
 * ever when ours has called it (vsftpd).  A process whose exit signal is 0
 * calls nobody, and only a wait with __WCLONE finds it; but exec sets the exit
 * signal back.  So there is a keeper in between: a copy of the host that has no
 * exit signal, executes nothing, and is the parent of genauth-signin.  It ends
 * with genauth-signin, or ends it.
 */
#include "login/spawn.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/message.h"
#include "common/paths.h"

/* An exec, on a machine that is very busy. */
#define REPORT_LIMIT_MS 10000

/* What genauth-signin gives itself after the answer, and a little more. */
#define LET_GO_MS 3500

/*
 * That the keeper may go.  It is in the host's process group, to which others
 * send SIGUSR1 and their like (httpd when it is reloaded), but not this one.
 * The last one of all is valgrind's.
 */
#define LET_GO (SIGRTMAX - 1)

/* More of them are not closed one by one: that would take minutes. */
#define DESCRIPTOR_LIMIT 65536

/*
 * ---- the keeper and genauth-signin ------------------------------------------
 *
 * Copies of one thread of a host that may have others, and these may have held
 * any lock of the C library's: nothing here may want one.  From glibc 2.41 on
 * that is so for sigaction of SIGABRT and for _Fork, too.
 */

/* As fork. */
static pid_t
copy(void)
{
#ifdef __s390__
	return (pid_t)syscall(SYS_clone, 0L, (long)SIGCHLD, 0L, 0L, 0L);
#else
	return (pid_t)syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L);
#endif
}

/*
 * Nothing of the host's.  GnuTLS, which comes with many a libcurl for the sake
 * of RTMP, then does not set itself up before anybody has asked for it.
 */
static char *const environment[] = {
	(char *)"GNUTLS_NO_IMPLICIT_INIT=1", NULL };

/*
 * A session of its own: the terminal's signals are for the host alone.  All
 * are blocked, and it sees to that itself (signin/main.c).  And memory: su
 * passes on the limits of who calls it, and with too little of it there is
 * nobody to set others (signin/confine.c).
 */
static int
become_signin(void *data)
{
	static const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	char *arguments[] = { (char *)"genauth-signin", NULL };
	const int *report = data;
	int code;

	setrlimit(RLIMIT_AS, &unlimited);
	setrlimit(RLIMIT_DATA, &unlimited);
	if (setsid() != -1)
		execve(genauth_paths.signin, arguments, environment);
	code = errno;
	_exit(write(*report, &code, sizeof(code)) == sizeof(code) ? 0 : 1);
}

/*
 * As vfork: the keeper lends its memory, and stands still, until exec.  What a
 * large host has is copied once then, and not twice.  Safe for it has no other
 * thread, and blocks all signals; its stack is not overwritten.  Unlike
 * posix_spawn this takes no lock of the C library's.
 */
static pid_t
start_signin(int report)
{
	_Alignas(16) char stack[8 * 1024];

	return clone(become_signin, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | SIGCHLD, &report);
}

static void
close_range_of(unsigned first, unsigned last)
{
	struct rlimit limit;

	if (first > last || syscall(SYS_close_range, (long)first, (long)last,
	    0L) == 0)
		return;
	/* Before Linux 5.9, and in containers that do not know the call. */
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur > DESCRIPTOR_LIMIT)
		limit.rlim_cur = DESCRIPTOR_LIMIT;
	for (; first <= last && first < limit.rlim_cur; first++)
		close((int)first);
}

/* Leaves 0, the socket; 1 and 2, which lead nowhere; and report. */
static bool
arrange_descriptors(int fd, int report)
{
	int nowhere;

	if (dup2(fd, STDIN_FILENO) < 0 ||
	    (nowhere = open("/dev/null", O_WRONLY)) < 0 ||
	    dup2(nowhere, STDOUT_FILENO) < 0 ||
	    dup2(nowhere, STDERR_FILENO) < 0)
		return false;
	close_range_of(STDERR_FILENO + 1, (unsigned)report - 1);
	close_range_of((unsigned)report + 1, ~0U);
	return true;
}

/* Holds nothing of the host's up meanwhile, such as the folder it was in. */
static _Noreturn void
end_later(int child)
{
	struct pollfd polled = { .fd = child, .events = POLLIN };
	int code = chdir("/");

	poll(&polled, 1, LET_GO_MS);
	syscall(SYS_pidfd_send_signal, (long)child, (long)SIGKILL, 0L, 0L);
	_exit(code == 0 ? 0 : 1);
}

/*
 * The host waits no longer: a copy of the keeper, no child of the host's, sees
 * to it that the child ends soon; by a descriptor of it, since its number may
 * by then be another process's.  false: that, or the copy, is not to be had.
 */
static bool
let_go(pid_t child)
{
	int fd = (int)syscall(SYS_pidfd_open, (long)child, 0L);
	pid_t other;

	if (fd < 0 || syscall(SYS_pidfd_send_signal, (long)fd, 0L, 0L, 0L) != 0)
		return false;
	if ((other = copy()) == 0)
		end_later(fd);
	return other > 0;
}

/*
 * Until the child has ended, which SIGTERM hastens: from the module, or from
 * the kernel when the host is no more; or is let go.  All signals are blocked
 * here.  Where root may not end it (no CAP_KILL), the host does not wait for
 * that.
 */
static void
wait_for_child(pid_t child)
{
	sigset_t awaited;
	int got;

	sigemptyset(&awaited);
	sigaddset(&awaited, SIGCHLD);
	sigaddset(&awaited, SIGTERM);
	sigaddset(&awaited, LET_GO);
	while (waitpid(child, NULL, WNOHANG) == 0) {
		got = sigwaitinfo(&awaited, NULL);
		if (got == SIGCHLD || (got < 0 && errno == EINTR))
			continue;
		if ((got == LET_GO && let_go(child)) ||
		    kill(child, SIGKILL) != 0)
			return;
	}
}

/*
 * A copy of its host, which may know a password, and may be su: out of reach
 * of whoever called that.  It goes when the host goes; false: it has gone.
 * What a container refuses of this is done without.
 */
static bool
protect_keeper(pid_t host)
{
	static const struct rlimit none = { 0, 0 };
	const struct sigaction fallback = { .sa_handler = SIG_DFL };

	/* The host may ignore it; then there is nobody to wait for. */
	sigaction(SIGCHLD, &fallback, NULL);
	prctl(PR_SET_NAME, "genauth-keeper");
	/* Not by the C library, which would ask threads that are not here. */
	if (geteuid() == 0)
		syscall(SYS_setresuid, 0L, 0L, 0L);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	errno = ESRCH;
	return getppid() == host;
}

static _Noreturn void
keep(pid_t host, int fd, int report)
{
	pid_t child = -1;
	int code;

	if (protect_keeper(host) && arrange_descriptors(fd, report))
		child = start_signin(report);
	if (child < 0) {
		code = errno;
		_exit(write(report, &code, sizeof(code)) == sizeof(code) ? 0 :
		    1);
	}
	/* The socket is genauth-signin's alone, so that it sees an end of it. */
	close_range_of(0, (unsigned)report);
	wait_for_child(child);
	_exit(0);
}

/* ---- the host --------------------------------------------------------------- */

/* Like fork, but with exit signal 0, and no handler of the host's is run. */
static pid_t
start_keeper(int fd, const int report[2])
{
	pid_t host = getpid(), keeper;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	/* By its number: fork has an exit signal, and runs handlers. */
	keeper = (pid_t)syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);
	if (keeper == 0)
		keep(host, fd, report[1]);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return keeper;
}

/*
 * The errno that comes, or 0 when report is closed by exec; ETIMEDOUT if
 * neither happens, since a host is not held for ever by anything.
 */
static int
read_report(int report)
{
	struct pollfd polled = { .fd = report, .events = POLLIN };
	int code = 0, ready;
	ssize_t n;

	do
		ready = poll(&polled, 1, REPORT_LIMIT_MS);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return ready < 0 ? errno : ETIMEDOUT;
	do
		n = read(report, &code, sizeof(code));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	return n == 0 ? 0 : n == sizeof(code) && code != 0 ? code : EIO;
}

int
genauth_spawn(int fd, pid_t *keeper)
{
	int report[2], code, cancel;

	*keeper = -1;
	if (!genauth_message_pair(report))
		return errno;
	/* The keeper would run the handlers of the host's thread. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	*keeper = start_keeper(fd, report);
	code = *keeper < 0 ? errno : 0;
	close(report[1]);
	if (*keeper > 0)
		code = read_report(report[0]);
	if (code == ETIMEDOUT)
		kill(*keeper, SIGKILL);
	close(report[0]);
	pthread_setcancelstate(cancel, NULL);
	return code;
}

/*
 * Only a process that is still our child is sent a signal; the number of
 * another one may soon be that of somebody else's.
 */
static void
tell(pid_t *keeper, int signal)
{
	if (*keeper <= 0 || waitpid(*keeper, NULL, WNOHANG | __WCLONE) != 0 ||
	    (kill(*keeper, signal) != 0 && kill(*keeper, SIGTERM) != 0))
		*keeper = -1;
}

void
genauth_spawn_dismiss(pid_t *keeper)
{
	tell(keeper, SIGTERM);
}

/* Whether this process gets those as children whose parent has ended. */
static bool
adopts(void)
{
	int is_reaper = 1;

	return getpid() == 1 || prctl(PR_GET_CHILD_SUBREAPER, &is_reaper) !=
	    0 || is_reaper != 0;
}

void
genauth_spawn_let_go(pid_t *keeper)
{
	tell(keeper, adopts() ? SIGTERM : LET_GO);
}

void
genauth_spawn_wait(pid_t keeper)
{
	if (keeper <= 0)
		return;
	while (waitpid(keeper, NULL, __WCLONE) < 0 && errno == EINTR)
		;
}
