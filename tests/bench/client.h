/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h owns the smallest sign-in that OpenSSL allows: connect, handshake
 * with the server's certificate verified, one POST, one reply.  It is what no
 * other client of the benchmark can be faster than.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>

/* true: the reply says statusCode 200. */
bool client_sign_in(const char *host, const char *port, const char *app_id,
    const char *secret, const char *user, const char *password);

#endif
