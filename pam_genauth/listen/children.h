/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * children.h owns the processes of genauth-listen: the spares, each of them
 * executed anew, and those that serve.  It knows who they serve, and no more.
 */
#ifndef GENAUTH_LISTEN_CHILDREN_H
#define GENAUTH_LISTEN_CHILDREN_H

#include <sys/types.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>

/*
 * The most processes at once; those of them for system accounts, which ask for
 * many, and for people, of whom one may have the uids of many; and those for one
 * uid of either.
 */
#define GENAUTH_LISTEN_CHILDREN 64
#define GENAUTH_LISTEN_CHILDREN_OF_SYSTEM 32
#define GENAUTH_LISTEN_CHILDREN_OF_SYSTEM_UID 16
#define GENAUTH_LISTEN_CHILDREN_OF_PEOPLE 16
#define GENAUTH_LISTEN_CHILDREN_OF_UID 4

/* The first uid of people's. */
#define GENAUTH_LISTEN_PEOPLE 1000

struct genauth_listen_child {
	pid_t pid;	/* 0: none */
	int control;	/* common/spare.h; -1: nothing more to be said */
	bool serves;
	uid_t uid;	/* whom */
	long long since;	/* genauth_clock_ms */
};

/* Start from { 0 }, with socket, spares and limit_ms. */
struct genauth_listen_children {
	int socket;		/* the listening one */
	int spares;		/* how many are to wait */
	long long limit_ms;	/* how long one may serve */
	long long not_before;	/* genauth_clock_ms; the next start */
	long long used_at;	/* the same; of the last connection */
	struct genauth_listen_child list[GENAUTH_LISTEN_CHILDREN];
};

/*
 * Sees to it that as many spares wait as should, and may.  Where one cannot be
 * started, or has ended by itself, the next is not started for a second.
 */
void genauth_listen_children_fill(struct genauth_listen_children *children);

/* Those that can be heard; polled has room for all.  How many there are. */
nfds_t genauth_listen_children_poll(
    const struct genauth_listen_children *children, struct pollfd *polled);

/* Hears, and answers, those that say something. */
void genauth_listen_children_hear(struct genauth_listen_children *children,
    const struct pollfd *polled, nfds_t count);

/*
 * Ends those that have served for too long: more than a login can take, so that
 * a helper that was taken over stays in nobody's way.
 */
void genauth_listen_children_end_late(
    const struct genauth_listen_children *children);

/* Those that have ended. */
void genauth_listen_children_reap(struct genauth_listen_children *children);

/* How many serve. */
int genauth_listen_children_busy(
    const struct genauth_listen_children *children);

/* Ends the spares; with all, those that serve, too. */
void genauth_listen_children_end(struct genauth_listen_children *children,
    bool all);

#endif
