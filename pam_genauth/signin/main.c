/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth-signin: the half of pam_genauth that speaks to the network.  Started
 * by pam_genauth.so with a socket as descriptor 0 and nothing of the host's
 * environment; end-of-file ends it.  Or by genauth-listen, as a spare, which
 * waits for such a socket (signin/spare.h).
 */
#include <sys/socket.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/spare.h"
#include "genauth/http.h"
#include "signin/session.h"
#include "signin/spare.h"

/* A person who starts this by hand should learn what it is. */
static bool
is_started_by_program(void)
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

/*
 * Another program, which has none of the libraries of this one, with the
 * descriptor of systemd's, if there is one, and what tells of it.
 */
static int
listen_instead(char **argv, char **environment)
{
	execve(genauth_paths.listen, argv, environment);
	perror(genauth_paths.listen);
	return 1;
}

/* Nobody waits for this one yet. */
static bool
wait_for_connection(struct genauth_confinement *confinement)
{
	confinement->is_spare = true;
	genauth_http_warm_up();
	return genauth_spare_wait();
}

int
main(int argc, char **argv, char **environment)
{
	struct genauth_confinement confinement = { 0 };
	bool is_spare = argc == 2 &&
	    strcmp(argv[1], GENAUTH_SPARE_ARGUMENT) == 0;

	if (argc > 1 && strcmp(argv[1], "--listen") == 0)
		return listen_instead(argv, environment);
	if (!is_started_by_program())
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
	if (is_spare && !wait_for_connection(&confinement))
		_exit(1);
	/* Not exit, in which libraries put away what goes with the process. */
	_exit(genauth_session_run(STDIN_FILENO, &confinement, true) ? 0 : 1);
}
