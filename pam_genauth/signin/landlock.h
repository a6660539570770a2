/* SPDX-License-Identifier: BSD-2-Clause */
/* landlock.h owns what genauth-signin forbids itself by Landlock. */
#ifndef GENAUTH_LANDLOCK_H
#define GENAUTH_LANDLOCK_H

#include <stdbool.h>

/*
 * As far as this kernel's Landlock goes: nothing that changes a file system,
 * executes a file or commands a device, no TCP port to wait at, and neither
 * signals to processes nor abstract sockets of processes outside.  Reading is
 * left to the files' modes: name resolution reads what the administrator's
 * nsswitch.conf says.  false, with errno: there is none of it.
 */
bool genauth_landlock(void);

#endif
