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
 * Starts genauth-signin with an empty environment and fd, which must be above
 * 2, as its descriptor 0.  Returns 0, or the errno of what failed.  Either way
 * keeper is for genauth_spawn_end, to be called by the same process.
 */
int genauth_spawn(int fd, pid_t *keeper);

/*
 * Ends genauth-signin, whatever it is doing, and waits for that.  The other end
 * of its socket should be closed by then.  -1, no process, is allowed.
 */
void genauth_spawn_end(pid_t keeper);

/*
 * Leaves genauth-signin to itself: it ends by itself, or is ended within four
 * seconds.  Where nobody could see to that, or it would become a child of this
 * process (the first of a container, or a "subreaper"), it is ended now.  No
 * child of this process is left.
 */
void genauth_spawn_let_go(pid_t keeper);

#endif
