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

/* Says all messages and that no more will come, but what has no room. */
static inline void
fuzz_say_messages(int fd, const uint8_t *data, size_t size)
{
	while (size >= 2) {
		size_t length = (size_t)data[0] | (size_t)data[1] << 8;

		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		if (send(fd, data, length, MSG_DONTWAIT) < 0)
			break;
		data += length;
		size -= length;
	}
	shutdown(fd, SHUT_WR);
}

#endif
