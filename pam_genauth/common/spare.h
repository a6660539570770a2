/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spare.h owns what a genauth-signin that waits for a connection (a spare) and
 * genauth-listen, which has started it, say to each other: descriptor 0 of a
 * spare is the listening socket, descriptor 1 leads to genauth-listen.
 */
#ifndef GENAUTH_SPARE_H
#define GENAUTH_SPARE_H

#include <sys/types.h>

/* The argument that makes genauth-signin one. */
#define GENAUTH_SPARE_ARGUMENT "--spare"

/*
 * The spare, once it has a connection: whose it is, by SO_PEERCRED.  One that
 * is not root's comes along (SCM_RIGHTS), and is served by another program.
 */
struct genauth_spare_report {
	uid_t uid;
};

/* genauth-listen, one byte; whatever else it says, or its end, is the end. */
#define GENAUTH_SPARE_SERVE 's'		/* this connection, the last */
#define GENAUTH_SPARE_TAKEN 't'		/* another program does */
#define GENAUTH_SPARE_REFUSE 'r'	/* that one, and wait for another */

#endif
