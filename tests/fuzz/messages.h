/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.h owns a fuzzer's input as a sequence of messages: two bytes for
 * the length, the least significant first, and the datagram.  A version of 0
 * stands for that of today, so that the corpus outlives it.
 */
#ifndef GENAUTH_FUZZ_MESSAGES_H
#define GENAUTH_FUZZ_MESSAGES_H

#include <sys/socket.h>
#include <sys/uio.h>

#include <unistd.h>

#include "common/message.h"
#include "fuzz/fuzz.h"

/* false: there is no room. */
static inline bool
fuzz_say_message(int fd, const uint8_t *data, size_t length)
{
	uint8_t version = length > 0 && data[0] != 0 ? data[0] :
	    GENAUTH_MESSAGE_VERSION;
	struct iovec parts[] = { { &version, length > 0 },
	    { (uint8_t *)(uintptr_t)data + (length > 0),
	    length - (length > 0) } };
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(fd, &message, MSG_DONTWAIT) >= 0;
}

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
		if (!fuzz_say_message(fd, data, length))
			break;
		data += length;
		size -= length;
	}
	shutdown(fd, SHUT_WR);
}

#endif
