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
	const char *list_reply;		/* to GET of roles and of groups */
	int idle;			/* a socket on which nothing comes */

	/* Counted in a run. */
	unsigned gets, posts, lists;
};
extern struct server server;

/* Before each run: nothing was asked, and the process is root's. */
void server_reset(void);

#endif
