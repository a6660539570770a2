/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.h owns the list of system calls that genauth-signin may still make
 * once it speaks to the network.
 */
#ifndef GENAUTH_FILTER_H
#define GENAUTH_FILTER_H

#include <stdbool.h>

#include "common/failure.h"

/*
 * Leaves what a resolver, TLS and HTTP need: files can be opened for reading
 * only, threads can be made but no processes, nothing can be executed,
 * signalled, traced or mounted.  What is not listed answers ENOSYS, as an old
 * kernel would, so that libraries fall back.  true also where the kernel has
 * no seccomp, or libseccomp was not there at build time.
 */
bool genauth_filter_install(struct genauth_failure *failure);

#endif
