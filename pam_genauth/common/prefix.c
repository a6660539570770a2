/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/prefix.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* Room for an address, a slash and the number of its bits. */
#define SIZE (INET6_ADDRSTRLEN + 4)

/* Bits of an IPv4 address that is mapped into IPv6 before its own. */
#define MAPPED_BITS 96

static bool
read_bits(const char *text, unsigned most, unsigned *bits)
{
	size_t length = strspn(text, "0123456789");

	*bits = 0;
	if (length == 0 || length > 3 || text[length] != '\0' ||
	    (length > 1 && text[0] == '0'))
		return false;
	for (; *text != '\0'; text++)
		*bits = 10 * *bits + (unsigned)(*text - '0');
	return *bits <= most;
}

/* Whether there is a 1 behind the first bits. */
static bool
has_more_bits(const struct genauth_prefix *prefix)
{
	unsigned size = prefix->family == AF_INET ? 32 : 128;

	for (unsigned i = prefix->bits; i < size; i++)
		if ((prefix->address[i / 8] & (0x80 >> i % 8)) != 0)
			return true;
	return false;
}

/* Makes of an IPv4 address that is mapped into IPv6 what it is. */
static void
unmap(struct genauth_prefix *prefix)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (prefix->family != AF_INET6 || prefix->bits < MAPPED_BITS ||
	    memcmp(prefix->address, mapped, sizeof(mapped)) != 0)
		return;
	memmove(prefix->address, prefix->address + sizeof(mapped), 4);
	memset(prefix->address + 4, 0, sizeof(prefix->address) - 4);
	prefix->family = AF_INET;
	prefix->bits -= MAPPED_BITS;
}

const char *
genauth_prefix_parse(const char *text, size_t length,
    struct genauth_prefix *prefix)
{
	static const char no_address[] = "is neither an address nor a prefix";
	char copy[SIZE], *slash;
	unsigned most;

	*prefix = (struct genauth_prefix){ 0 };
	if (length >= sizeof(copy))
		return no_address;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if ((slash = strchr(copy, '/')) != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, copy, prefix->address) == 1)
		prefix->family = AF_INET;
	else if (inet_pton(AF_INET6, copy, prefix->address) == 1)
		prefix->family = AF_INET6;
	else
		return no_address;
	most = prefix->bits = prefix->family == AF_INET ? 32 : 128;
	if (slash != NULL && !read_bits(slash + 1, most, &prefix->bits))
		return "has a wrong number of bits behind the slash";
	/* 10.1.2.3/8 may be meant as 10.0.0.0/8, or as 10.1.2.3. */
	if (has_more_bits(prefix))
		return "has more bits set than the number behind the slash";
	unmap(prefix);
	return NULL;
}

bool
genauth_prefix_covers(const struct genauth_prefix *prefix,
    const struct genauth_prefix *other)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

	return prefix->family == other->family && prefix->bits <= other->bits &&
	    memcmp(prefix->address, other->address, whole) == 0 &&
	    (rest == 0 || ((prefix->address[whole] ^ other->address[whole]) &
	    (0xff00 >> rest) & 0xff) == 0);
}
