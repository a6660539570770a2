/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parts.h owns what genauth-signin with a stopwatch (timed.c) tells, behind its
 * answer and over the same socket, to the program that takes a login apart
 * (apart.c).
 */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

#include <time.h>

enum part {
	PART_LIMITS,	/* limits, descriptors, no core dump */
	PART_NSS,	/* who the helper user is */
	PART_USER,	/* becoming it, and no capabilities */
	PART_LANDLOCK,
	PART_SECCOMP,
	PART_FOLDER,	/* whether authorities can be looked up by hash */
	PART_INIT,	/* libcurl and OpenSSL */
	PART_WARM,	/* OpenSSL's first context, while the name is looked up */
	PART_NAME,	/* what is left of that look-up */
	PART_CONNECT,
	PART_TLS,	/* the context, the handshake, the authority */
	PART_REQUEST,	/* from the request to the end of the reply */
	PART_COUNT
};

/* Nanoseconds, each without the others. */
struct parts {
	long long started;	/* main, by now_ns */
	long long done;		/* the answer is out */
	long long ns[PART_COUNT];
};

static inline long long
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

#endif
