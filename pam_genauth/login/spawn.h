/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spawn.h owns how genauth-signin becomes a process, and ceases to be one,
 * without its host noticing: no SIGCHLD for it, nothing that its own wait()
 * could find, none of its descriptors or signals handed on.
 */
#ifndef GENAUTH_SPAWN_H
#define GENAUTH_SPAWN_H

#include <sys/types.h>

/*
 * Starts genauth-signin with nothing of the host's environment, and fd, which
 * must be above 2, as its descriptor 0.  Returns 0, or the errno of what
 * failed.  Either way keeper is for genauth_spawn_dismiss, to be called by the
 * same process.
 */
int genauth_spawn(int fd, pid_t *keeper);

/*
 * Has genauth-signin end, whatever it is doing; the other end of its socket
 * should be closed by then.  keeper is then for genauth_spawn_wait, or -1: there
 * is nothing to wait for.  -1, no process, is allowed.
 */
void genauth_spawn_dismiss(pid_t *keeper);

/*
 * The same, but leaves it to itself: it ends by itself, or is ended within four
 * seconds.  Where nobody could see to that, or it would become a child of this
 * process (the first of a container, or a "subreaper"), it is ended now.  No
 * child of this process is left then either.
 */
void genauth_spawn_let_go(pid_t *keeper);

/* Waits until the keeper has ended, which it was told to. */
void genauth_spawn_wait(pid_t keeper);

#endif
