/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/helper.h"

#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "common/message.h"
#include "common/text.h"
#include "login/connect.h"
#include "login/spawn.h"

static bool
take_over(struct genauth_helper *helper, struct genauth_failure *failure)
{
	struct stat status;

	helper->host = getpid();
	if (fstat(helper->fd, &status) == 0) {
		helper->socket = status.st_ino;
		return true;
	}
	genauth_failure_set(failure, GENAUTH_INTERNAL, "fstat: %s",
	    genauth_text_errno(errno));
	close(helper->fd);
	genauth_spawn_dismiss(&helper->keeper);
	genauth_spawn_wait(helper->keeper);
	*helper = GENAUTH_HELPER_NONE;
	return false;
}

static bool
send_start(struct genauth_helper *helper, const struct genauth_start *start,
    const struct genauth_options *options, const struct genauth_files *files,
    struct genauth_failure *failure)
{
	struct genauth_records records = { 0 };
	bool sent;

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

bool
genauth_helper_start(struct genauth_helper *helper,
    const struct genauth_start *start, const struct genauth_options *options,
    const struct genauth_files *files, struct genauth_failure *failure)
{
	failure->text[0] = '\0';
	*helper = GENAUTH_HELPER_NONE;
	helper->fd = genauth_connect_waiting(options, failure);
	helper->is_ready = helper->fd >= 0;
	if (helper->is_ready && take_over(helper, failure) &&
	    send_start(helper, start, options, files, failure))
		return true;
	return genauth_connect_new(&helper->fd, &helper->keeper, failure) &&
	    take_over(helper, failure) &&
	    send_start(helper, start, options, files, failure);
}

bool
genauth_helper_call(struct genauth_helper *helper,
    struct genauth_failure *failure)
{
	int fd = genauth_connect_caller(GENAUTH_CONNECT_CALLER_MS, failure);

	*helper = GENAUTH_HELPER_NONE;
	if (fd < 0)
		return false;
	helper->fd = fd;
	helper->is_ready = helper->decides = true;
	return take_over(helper, failure);
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
