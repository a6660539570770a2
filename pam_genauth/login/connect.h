/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connect.h owns how a genauth-signin is come by: one that waits at the socket,
 * or a new one.
 */
#ifndef GENAUTH_CONNECT_H
#define GENAUTH_CONNECT_H

#include <sys/types.h>

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"

/*
 * With helper_socket, and for root: connects to genauth_paths.socket, which
 * must be root's, and takes the READY of a helper of this version.  Takes no
 * longer than a fraction of a second.  Returns a descriptor above 2,
 * close-on-exec, to which nothing was sent; or -1, and failure says why unless
 * it was not to be tried.
 */
int genauth_connect_waiting(const struct genauth_options *options,
    struct genauth_failure *failure);

/*
 * The same for a program that is not root, and has no options; nor has it
 * another way, so that it waits longer where many are waiting.
 */
#define GENAUTH_CONNECT_CALLER_MS 3000
int genauth_connect_caller(int limit_ms, struct genauth_failure *failure);

/*
 * Starts one (spawn.h) with a socket of its own; the caller closes fd, and ends
 * the keeper.  false: there is none, and failure (INTERNAL) says why.
 */
bool genauth_connect_new(int *fd, pid_t *keeper,
    struct genauth_failure *failure);

#endif
