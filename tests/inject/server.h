/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.h owns GenAuth as inject_helper's libcurl sees it: every request is
 * answered from memory, by wrap_helper.c.
 */
#ifndef GENAUTH_INJECT_SERVER_H
#define GENAUTH_INJECT_SERVER_H

struct server {
	const char *key_reply;		/* to GET /api/v3/system */
	const char *signin_reply;	/* to POST /api/v3/signin */
	const char *first_reply;	/* to the first of several; or NULL */
	const char *const *later;	/* to all else, in turn; ends in NULL */
	int idle;			/* a socket on which nothing comes */

	/* Counted in a run; those that there is no reply to, too. */
	unsigned gets, posts, others;
};
extern struct server server;

/* Before each run: nothing was asked, and the process is root's. */
void server_reset(void);

#endif
