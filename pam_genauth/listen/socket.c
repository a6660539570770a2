/* SPDX-License-Identifier: BSD-2-Clause */
#include "listen/socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/message.h"
#include "common/paths.h"
#include "common/text.h"

/* systemd's first, see sd_listen_fds(3). */
#define FIRST 3

/* Logins that wait for a spare; who finds no room does without. */
#define WAITING 128

static bool
cannot(struct genauth_failure *failure, const char *call)
{
	return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s: %s",
	    genauth_paths.socket, call, genauth_text_errno(errno));
}

static bool
has_option(int fd, int option, int expected)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 &&
	    value == expected;
}

/* false: nothing is meant for this process. */
static bool
is_handed_over(void)
{
	const char *pid = getenv("LISTEN_PID");
	long long number;

	return pid != NULL && genauth_text_parse_number(pid, &number) &&
	    number == getpid() && getenv("LISTEN_FDS") != NULL;
}

static bool
take(struct genauth_listen_socket *socket, struct genauth_failure *failure)
{
	const char *count = getenv("LISTEN_FDS");
	int flags;

	if (count == NULL || strcmp(count, "1") != 0)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "LISTEN_FDS: there must be one socket");
	if (!has_option(FIRST, SO_DOMAIN, AF_UNIX) ||
	    !has_option(FIRST, SO_TYPE, SOCK_SEQPACKET) ||
	    !has_option(FIRST, SO_ACCEPTCONN, 1))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "LISTEN_FDS: must be a listening socket of the kind "
		    "SOCK_SEQPACKET (ListenSequentialPacket=)");
	/* A spare waits in accept. */
	if ((flags = fcntl(FIRST, F_GETFL)) < 0 ||
	    fcntl(FIRST, F_SETFL, flags & ~O_NONBLOCK) != 0 ||
	    fcntl(FIRST, F_SETFD, FD_CLOEXEC) != 0)
		return cannot(failure, "fcntl");
	socket->fd = FIRST;
	socket->is_handed_over = true;
	return true;
}

/* Nobody but root can have put it into the folder, once that is checked. */
static bool
clear_place(int fd, const struct sockaddr_un *address,
    struct genauth_failure *failure)
{
	struct stat status;

	if (lstat(genauth_paths.socket, &status) != 0)
		return errno == ENOENT || cannot(failure, "lstat");
	if (!S_ISSOCK(status.st_mode) || status.st_uid != 0)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: is no socket of root's; it stays", address->sun_path);
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
	    0 || errno != ECONNREFUSED)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: another process listens already", address->sun_path);
	return unlink(address->sun_path) == 0 || cannot(failure, "unlink");
}

static int
new_socket(void)
{
	return genauth_file_above_stdio(socket(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

/* Whom to serve is decided by who connects, not by the mode. */
static bool
bind_for_all(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0111);
	bool bound = bind(fd, (const struct sockaddr *)address,
	    sizeof(*address)) == 0;

	umask(before);
	return bound;
}

static bool
make(struct genauth_listen_socket *socket, struct genauth_failure *failure)
{
	struct sockaddr_un address;
	bool cleared;
	int fd;

	if (!genauth_message_set_address(genauth_paths.socket, &address))
		return cannot(failure, "bind");
	if (!genauth_file_make_shared(genauth_paths.cache, 0755, failure))
		return false;
	if ((fd = new_socket()) < 0)
		return cannot(failure, "socket");
	cleared = clear_place(fd, &address, failure);
	close(fd);
	if (!cleared)
		return false;
	if ((socket->fd = new_socket()) < 0)
		return cannot(failure, "socket");
	if (!bind_for_all(socket->fd, &address))
		return cannot(failure, "bind");
	return listen(socket->fd, WAITING) == 0 || cannot(failure, "listen");
}

bool
genauth_listen_socket_open(struct genauth_listen_socket *socket,
    struct genauth_failure *failure)
{
	*socket = (struct genauth_listen_socket){ .fd = -1 };
	return is_handed_over() ? take(socket, failure) :
	    make(socket, failure);
}

void
genauth_listen_socket_close(struct genauth_listen_socket *socket)
{
	if (socket->fd < 0)
		return;
	if (!socket->is_handed_over)
		unlink(genauth_paths.socket);
	close(socket->fd);
	socket->fd = -1;
}
