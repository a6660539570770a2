/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/connect.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/message.h"
#include "common/paths.h"
#include "common/text.h"
#include "login/spawn.h"

/* One that waits says it at once; starting one takes less than waiting more. */
#define READY_LIMIT_MS 100

/* Between two tries to connect. */
#define PAUSE_MS 20

static bool
cannot(struct genauth_failure *failure, const char *why)
{
	return genauth_failure_set(failure, GENAUTH_INTERNAL, "%s: %s",
	    genauth_paths.socket, why);
}

/* Who listens, and not who has accepted, is whom the kernel names. */
static bool
is_roots(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
	    length == sizeof(peer) && peer.uid == 0;
}

/* The queue of those that wait to be accepted may be full. */
static bool
connect_until(int fd, const struct sockaddr_un *address, long long deadline)
{
	while (connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) != 0) {
		if (errno != EAGAIN || genauth_clock_left(deadline) == 0)
			return false;
		poll(NULL, 0, PAUSE_MS);
		errno = EAGAIN;
	}
	return true;
}

static bool
reach(int fd, long long deadline, struct genauth_failure *failure)
{
	struct sockaddr_un address;

	if (!genauth_message_set_address(genauth_paths.socket, &address))
		return cannot(failure, genauth_text_errno(errno));
	if (!connect_until(fd, &address, deadline))
		return cannot(failure, errno == EAGAIN ?
		    "too many are waiting" : genauth_text_errno(errno));
	return is_roots(fd) || cannot(failure, "is not root's");
}

static bool
take_ready(int fd, long long deadline, struct genauth_failure *failure)
{
	struct genauth_message message;
	enum genauth_received received = genauth_message_receive(fd, false,
	    &message, deadline);
	char version[32] = "", refused[128] = "";
	bool came = received == GENAUTH_RECEIVED &&
	    message.kind == GENAUTH_MESSAGE_READY;

	if (came) {
		genauth_records_get_text(&message.records, "version", version,
		    sizeof(version));
		genauth_records_get_text(&message.records, "refused", refused,
		    sizeof(refused));
	}
	genauth_message_free(&message);
	if (received == GENAUTH_RECEIVED_LATE)
		return cannot(failure, "nobody is ready");
	if (received == GENAUTH_RECEIVED_OTHER ||
	    (came && strcmp(version, PACKAGE_VERSION) != 0))
		return cannot(failure, "another version listens (restart it)");
	if (!came)
		return cannot(failure, "gave no usable answer");
	return refused[0] == '\0' || cannot(failure, refused);
}

int
genauth_connect_caller(int limit_ms, struct genauth_failure *failure)
{
	long long deadline = genauth_clock_ms() + limit_ms;
	int fd = genauth_file_above_stdio(socket(AF_UNIX, SOCK_SEQPACKET |
	    SOCK_CLOEXEC | SOCK_NONBLOCK, 0));

	if (fd < 0) {
		genauth_failure_set(failure, GENAUTH_INTERNAL, "socket: %s",
		    genauth_text_errno(errno));
		return -1;
	}
	genauth_message_refuse_files(fd);
	if (reach(fd, deadline, failure) && take_ready(fd, deadline, failure))
		return fd;
	close(fd);
	return -1;
}

int
genauth_connect_waiting(const struct genauth_options *options,
    struct genauth_failure *failure)
{
	/* Only root is served as if it had started one itself. */
	if (!options->helper_socket || geteuid() != 0)
		return -1;
	if (genauth_options_fit_socket(options))
		return genauth_connect_caller(READY_LIMIT_MS, failure);
	genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "ca_path and helper_user = root are not for the socket");
	return -1;
}

bool
genauth_connect_new(int *fd, pid_t *keeper, struct genauth_failure *failure)
{
	int pair[2], code;

	*fd = -1;
	*keeper = -1;
	if (!genauth_message_pair(pair))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "socketpair: %s", genauth_text_errno(errno));
	code = genauth_spawn(pair[1], keeper);
	close(pair[1]);
	if (code == 0) {
		*fd = pair[0];
		return true;
	}
	close(pair[0]);
	genauth_spawn_dismiss(keeper);
	genauth_spawn_wait(*keeper);
	*keeper = -1;
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "%s: %s", genauth_paths.signin, genauth_text_errno(code));
}
