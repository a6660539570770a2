/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/spare.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/message.h"
#include "common/spare.h"

/* As READY, which has the version, for a caller that is not served. */
static void
refuse(int fd, const char *why)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "version", PACKAGE_VERSION);
	genauth_records_add_text(&records, "refused", why);
	genauth_message_send(fd, GENAUTH_MESSAGE_READY, &records, NULL, 0);
	genauth_records_free(&records);
}

/*
 * -1 where there is nothing more to come; a caller may be gone already.  The
 * socket is systemd's, too, who can have it not wait.
 */
static int
accept_one(void)
{
	struct pollfd polled = { .fd = STDIN_FILENO, .events = POLLIN };
	int fd;

	do {
		fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && errno == EAGAIN && poll(&polled, 1, -1) >= 0)
			errno = EAGAIN;
	} while (fd < 0 && (errno == EINTR || errno == ECONNABORTED ||
	    errno == EAGAIN));
	return fd;
}

/* What genauth-listen says to it, or 0. */
static char
report(int fd, uid_t uid)
{
	struct genauth_spare_report said = { .uid = uid };
	struct iovec part = { &said, sizeof(said) };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; }
	    control = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	char reply = 0;
	ssize_t n;

	control.header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
	    .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) };
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (uid != 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
	}
	if (sendmsg(STDOUT_FILENO, &message, MSG_NOSIGNAL) != sizeof(said))
		return 0;
	do
		n = recv(STDOUT_FILENO, &reply, 1, 0);
	while (n < 0 && errno == EINTR);
	return n == 1 ? reply : 0;
}

/* false: it does not say, and is as if it had not come. */
static bool
get_uid(int fd, uid_t *uid)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 ||
	    length != sizeof(peer))
		return false;
	*uid = peer.uid;
	return true;
}

/* In the places of the listening socket and of the way to genauth-listen. */
static bool
settle(int fd)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nowhere < 0 || dup2(fd, STDIN_FILENO) < 0 ||
	    dup2(nowhere, STDOUT_FILENO) < 0)
		return false;
	closefrom(STDERR_FILENO + 1);
	return true;
}

/*
 * What is sent to a connection and not received can be a file, and the last
 * who closes that may be held as long as whoever has sent it likes (SO_LINGER);
 * unless he ends.  So the last is a process that does.  false: there is none,
 * and fd is open.
 */
static bool
let_go(int fd)
{
	int pair[2];
	char byte;
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC) != 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(pair[1]);
		while (read(pair[0], &byte, 1) < 0 && errno == EINTR)
			;
		_exit(0);
	}
	if (pid > 0)
		close(fd);
	close(pair[0]);
	close(pair[1]);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

bool
genauth_spare_wait(void)
{
	char reply;
	uid_t uid;
	int fd;

	while ((fd = accept_one()) >= 0) {
		reply = get_uid(fd, &uid) ? report(fd, uid) :
		    GENAUTH_SPARE_REFUSE;
		if (reply == GENAUTH_SPARE_SERVE)
			return uid == 0 && settle(fd);
		if (reply == GENAUTH_SPARE_REFUSE)
			refuse(fd, "too many connections at once");
		else if (reply != GENAUTH_SPARE_TAKEN)
			break;
		if (!let_go(fd))
			break;
	}
	return false;
}
