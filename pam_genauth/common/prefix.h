/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prefix.h owns blocks of addresses: "10.0.0.0/8", "2001:db8::/32", or one
 * address, which is a block of one.  Pure functions.
 */
#ifndef GENAUTH_PREFIX_H
#define GENAUTH_PREFIX_H

#include <stdbool.h>
#include <stddef.h>

struct genauth_prefix {
	int family;		/* AF_INET or AF_INET6 */
	unsigned char address[16];
	unsigned bits;		/* how many of its first bits count */
};

/*
 * Reads length bytes of text.  IPv4 that is mapped into IPv6 is read as what it
 * is; a zone is none of ours.  Returns what is wrong, or NULL.
 */
const char *genauth_prefix_parse(const char *text, size_t length,
    struct genauth_prefix *prefix);

/* Whether the whole of a block is within another. */
bool genauth_prefix_covers(const struct genauth_prefix *prefix,
    const struct genauth_prefix *other);

#endif
