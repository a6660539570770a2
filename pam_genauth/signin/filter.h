/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.h owns the list of system calls that genauth-signin may still make
 * once it speaks to the network.
 */
#ifndef GENAUTH_FILTER_H
#define GENAUTH_FILTER_H

#include <stdbool.h>

/* Whether libseccomp was there at build time. */
extern const bool genauth_filter_is_built;

/*
 * Leaves what a resolver, TLS and HTTP need: files can be opened for reading
 * only, sockets are TCP and UDP, threads can be made but no processes, nothing
 * can be executed, signalled, locked, traced or mounted.  What is not listed
 * answers ENOSYS, as an old kernel would, so that libraries fall back.  false,
 * with errno: there is no filter.
 */
bool genauth_filter_install(void);

#endif
