/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service.h owns the names of PAM services.
 */
#ifndef GENAUTH_SERVICE_H
#define GENAUTH_SERVICE_H

#include <stdbool.h>

/*
 * Whether libpam can find a stack of that name: a file's name, which leads
 * nowhere else, in lower case, for that is what libpam makes of it.  What is
 * wrong has been said if not.
 */
bool genauth_service_check(const char *name);

/*
 * Whether that is a part of other stacks rather than a stack: Debian's
 * common-*, and Fedora's, which end in "-auth".
 */
bool genauth_service_is_part(const char *name);

/*
 * Whether a file of /etc/pam.d is no service: hidden, or what an editor or a
 * package has left beside one.
 */
bool genauth_service_is_leftover(const char *name);

#endif
