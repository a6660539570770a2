/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth-signin: the half of pam_genauth that speaks to the network.  Started
 * by pam_genauth.so with a socket as descriptor 0 and nothing of the host's
 * environment; end-of-file ends it.
 */
#include <sys/socket.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "signin/session.h"

/* A person who starts this by hand should learn what it is. */
static bool
is_started_by_module(void)
{
	int type = 0;
	socklen_t length = sizeof(type);

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &length) ==
	    0 && type == SOCK_SEQPACKET)
		return true;
	fprintf(stderr, "genauth-signin is started by pam_genauth.so and does "
	    "nothing by hand; see pam_genauth(8)\n");
	return false;
}

/*
 * None blocked or ignored, whatever the host has done with its own.  Nor one
 * pending: what the host's group was sent before this was a session of its own
 * is not meant for it, and only a signal that is ignored is thrown away.
 */
static void
reset_signals(void)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	const struct sigaction fallback = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < NSIG; number++) {
		sigaction(number, &ignored, NULL);
		sigaction(number, &fallback, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
main(void)
{
	struct genauth_confinement confinement = { 0 };

	if (!is_started_by_module())
		return 2;
	reset_signals();
	if (!genauth_confine_start(&confinement))
		return 1;
	signal(SIGPIPE, SIG_IGN);
	/*
	 * glibc's resolver asks a name server again, or the next, after five
	 * seconds, and that is all the time there is for a connection.
	 * resolv.conf may say more; this is heard after it.
	 */
	setenv("RES_OPTIONS", "timeout:1 attempts:2", 1);
	/* Not exit, in which libraries put away what goes with the process. */
	_exit(genauth_session_run(STDIN_FILENO, &confinement, true) ? 0 : 1);
}
