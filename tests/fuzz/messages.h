/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.h owns a fuzzer's input as a sequence of messages: two bytes for
 * the length, the least significant first, and the datagram.
 */
#ifndef GENAUTH_FUZZ_MESSAGES_H
#define GENAUTH_FUZZ_MESSAGES_H

#include <sys/socket.h>

#include <unistd.h>

#include "fuzz/fuzz.h"

/*
 * Opens a pair of sockets, puts all messages into the first one and says that
 * no more will come.  What does not fit into its buffer is left out.
 */
static inline void
fuzz_open_messages(int ends[2], const uint8_t *data, size_t size)
{
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	while (size >= 2) {
		size_t length = (size_t)data[0] | (size_t)data[1] << 8;

		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		if (send(ends[0], data, length, MSG_DONTWAIT) < 0)
			break;
		data += length;
		size -= length;
	}
	shutdown(ends[0], SHUT_WR);
}

#endif
