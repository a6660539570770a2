/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/helper.h"

#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "common/message.h"
#include "common/paths.h"
#include "common/text.h"
#include "login/spawn.h"

bool
genauth_helper_start(struct genauth_helper *helper,
    const struct genauth_start *start, const struct genauth_options *options,
    const struct genauth_files *files, struct genauth_failure *failure)
{
	struct genauth_records records = { 0 };
	struct stat status = { 0 };
	int pair[2], code;
	bool sent;

	*helper = GENAUTH_HELPER_NONE;
	if (!genauth_message_pair(pair))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "socketpair: %s", genauth_text_errno(errno));
	helper->fd = pair[0];
	helper->host = getpid();
	code = fstat(pair[0], &status) != 0 ? errno :
	    genauth_spawn(pair[1], &helper->keeper);
	helper->socket = status.st_ino;
	close(pair[1]);
	if (code != 0) {
		close(pair[0]);
		genauth_spawn_dismiss(&helper->keeper);
		genauth_spawn_wait(helper->keeper);
		*helper = GENAUTH_HELPER_NONE;
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: %s", genauth_paths.signin, genauth_text_errno(code));
	}
	genauth_question_add_start(start, options, &records);
	if (!(sent = genauth_files_send_start(helper->fd, &records, files))) {
		genauth_failure_set(failure, GENAUTH_INTERNAL, errno == EPIPE ?
		    "genauth-signin ended without an answer" :
		    "sending to genauth-signin: %s", genauth_text_errno(errno));
		genauth_helper_stop(helper);
	}
	genauth_records_free(&records);
	return sent;
}

/*
 * Whether fd is still what it was: a host may close all that is open while it
 * asks its user, and open something of its own; or ask in a copy of itself.
 */
static bool
has_its_socket(const struct genauth_helper *helper, bool in_doubt)
{
	struct stat status;

	return fstat(helper->fd, &status) != 0 ? in_doubt && errno != EBADF :
	    S_ISSOCK(status.st_mode) && status.st_ino == helper->socket;
}

bool
genauth_helper_is_ours(const struct genauth_helper *helper)
{
	return helper->host == getpid() && has_its_socket(helper, false);
}

bool
genauth_helper_is_waiting(const struct genauth_helper *helper)
{
	struct pollfd polled = { .fd = helper->fd, .events = 0 };
	int n;

	if (helper->fd < 0 || !genauth_helper_is_ours(helper))
		return false;
	do
		n = poll(&polled, 1, 0);
	while (n < 0 && errno == EINTR);
	return n == 0;
}

static void
leave(struct genauth_helper *helper, void (*tell)(pid_t *keeper))
{
	if (helper->fd < 0)
		return;
	if (has_its_socket(helper, true))
		close(helper->fd);
	helper->fd = -1;
	if (helper->host == getpid())
		tell(&helper->keeper);
}

void
genauth_helper_dismiss(struct genauth_helper *helper)
{
	leave(helper, genauth_spawn_dismiss);
}

void
genauth_helper_let_go(struct genauth_helper *helper)
{
	leave(helper, genauth_spawn_let_go);
}

void
genauth_helper_stop(struct genauth_helper *helper)
{
	genauth_helper_dismiss(helper);
	if (helper->host == getpid())
		genauth_spawn_wait(helper->keeper);
	*helper = GENAUTH_HELPER_NONE;
}
