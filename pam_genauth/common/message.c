/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/message.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/file.h"

#define HEADER 2

/* Room for the files, where CMSG_DATA is aligned. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int) * GENAUTH_MESSAGE_FILES)];
};

static void
add_files(struct msghdr *message, union control *control, const int *files,
    size_t count)
{
	struct cmsghdr *header;

	*control = (union control){ 0 };
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(sizeof(int) * count);
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * count);
	memcpy(CMSG_DATA(header), files, sizeof(int) * count);
}

/* Since Linux 6.16, and newer than the headers may be. */
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

/*
 * A file that is sent along, though never taken, is closed by who receives the
 * message or closes the socket, and a socket may linger as long as the sender
 * likes.  Older kernels do not know the option; there genauth-signin cannot
 * make a socket linger (signin/make_filter.c).
 */
void
genauth_message_refuse_files(int fd)
{
	const int no = 0;

	setsockopt(fd, SOL_SOCKET, SO_PASSRIGHTS, &no, sizeof(no));
}

bool
genauth_message_pair(int pair[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	pair[0] = genauth_file_above_stdio(pair[0]);
	pair[1] = genauth_file_above_stdio(pair[1]);
	if (pair[0] >= 0 && pair[1] >= 0) {
		genauth_message_refuse_files(pair[0]);
		return true;
	}
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
	return false;
}

bool
genauth_message_set_address(const char *path, struct sockaddr_un *address)
{
	size_t length = strlen(path);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (length >= sizeof(address->sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address->sun_path, path, length);
	return true;
}

bool
genauth_message_send(int fd, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files,
    size_t file_count)
{
	unsigned char header[HEADER] = { GENAUTH_MESSAGE_VERSION,
	    (unsigned char)kind };
	struct iovec parts[] = { { header, HEADER },
	    { records->data, records->length } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	union control control;
	ssize_t n;

	if (records->failed || file_count > GENAUTH_MESSAGE_FILES) {
		errno = EMSGSIZE;
		return false;
	}
	if (files != NULL && file_count > 0)
		add_files(&message, &control, files, file_count);
	do
		n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)(HEADER + records->length);
}

/* Waits until there is something to read, or nothing more to come. */
static enum genauth_received
wait_readable(int fd, long long deadline)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	for (;;) {
		int left = deadline < 0 ? -1 : genauth_clock_left(deadline);
		int n = poll(&polled, 1, left);

		if (n > 0)
			return GENAUTH_RECEIVED;
		if (n == 0)
			return GENAUTH_RECEIVED_LATE;
		if (errno != EINTR)
			return GENAUTH_RECEIVED_BAD;
	}
}

/* The files, which are open from now on: none of them may get lost. */
static void
take_files(struct genauth_message *message, struct msghdr *received)
{
	struct cmsghdr *header;
	size_t count;

	for (header = CMSG_FIRSTHDR(received); header != NULL;
	    header = CMSG_NXTHDR(received, header)) {
		if (header->cmsg_level != SOL_SOCKET ||
		    header->cmsg_type != SCM_RIGHTS)
			continue;
		/* The room for it is that of GENAUTH_MESSAGE_FILES. */
		count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(message->files + message->file_count,
		    CMSG_DATA(header), count * sizeof(int));
		message->file_count += count;
	}
}

static enum genauth_received
judge(struct genauth_message *message, const unsigned char *header,
    ssize_t length, int flags)
{
	if (length == 0)
		return GENAUTH_RECEIVED_END;
	if (header[0] != GENAUTH_MESSAGE_VERSION)
		return GENAUTH_RECEIVED_OTHER;
	/* Where it was cut, the true length is beyond the limit. */
	if (length < HEADER || length - HEADER > GENAUTH_RECORDS_LIMIT ||
	    (flags & MSG_CTRUNC) != 0 || header[1] < GENAUTH_MESSAGE_READY ||
	    header[1] > GENAUTH_MESSAGE_LAST)
		return GENAUTH_RECEIVED_BAD;
	message->kind = (enum genauth_message_kind)header[1];
	return genauth_records_are_valid(message->records.data,
	    message->records.length) ? GENAUTH_RECEIVED : GENAUTH_RECEIVED_BAD;
}

enum genauth_received
genauth_message_receive(int fd, bool with_files,
    struct genauth_message *message, long long deadline)
{
	enum genauth_received waited = wait_readable(fd, deadline);
	unsigned char header[HEADER] = { 0 };
	struct iovec parts[] = { { header, HEADER },
	    { NULL, GENAUTH_RECORDS_LIMIT } };
	struct msghdr received = { .msg_iov = parts, .msg_iovlen = 2 };
	union control control;
	ssize_t n;

	*message = (struct genauth_message){ 0 };
	if (waited != GENAUTH_RECEIVED)
		return waited;
	if ((message->records.data = malloc(GENAUTH_RECORDS_LIMIT)) == NULL)
		return GENAUTH_RECEIVED_BAD;
	parts[1].iov_base = message->records.data;
	if (with_files) {
		received.msg_control = &control;
		received.msg_controllen = sizeof(control);
	}
	do
		/* MSG_TRUNC: the true length, so that a cut one is seen. */
		n = recvmsg(fd, &received, MSG_DONTWAIT | MSG_TRUNC |
		    MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? GENAUTH_RECEIVED_END :
		    GENAUTH_RECEIVED_BAD;
	take_files(message, &received);
	if (n > HEADER)
		message->records.length = (size_t)n - HEADER >
		    GENAUTH_RECORDS_LIMIT ? GENAUTH_RECORDS_LIMIT :
		    (size_t)n - HEADER;
	return judge(message, header, n, received.msg_flags);
}

void
genauth_message_free(struct genauth_message *message)
{
	for (size_t i = 0; i < message->file_count; i++)
		if (message->files[i] >= 0)
			close(message->files[i]);
	message->file_count = 0;
	genauth_records_free(&message->records);
}
