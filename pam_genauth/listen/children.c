/* SPDX-License-Identifier: BSD-2-Clause */
#include "listen/children.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/message.h"
#include "common/paths.h"
#include "common/spare.h"
#include "common/text.h"

/* After one that has failed: what is missing will be there, or stay away. */
#define PAUSE_MS 1000

/* Nothing of what systemd, or root's shell, has; as in login/spawn.c. */
static char *const environment[] = {
	(char *)"GNUTLS_NO_IMPLICIT_INIT=1", NULL };

/* ---- the child --------------------------------------------------------------- */

/*
 * Ends with its parent: a spare that nobody knows of would be in the way of the
 * next ones.  In a session of its own, as with login/spawn.c: the signals of a
 * terminal are for the parent.
 */
static bool
become_child(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	    setsid() != -1;
}

/* out: -1 leads nowhere.  The rest it does itself (its main.c). */
static _Noreturn void
become(const char *program, char *const *arguments, int in, int out,
    pid_t parent)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nowhere >= 0 && become_child(parent) &&
	    dup2(in, STDIN_FILENO) == STDIN_FILENO &&
	    dup2(out >= 0 ? out : nowhere, STDOUT_FILENO) == STDOUT_FILENO &&
	    dup2(nowhere, STDERR_FILENO) == STDERR_FILENO)
		execve(program, arguments, environment);
	_exit(127);
}

static _Noreturn void
become_spare(int socket, int control, pid_t parent)
{
	char *arguments[] = { (char *)"genauth-signin",
	    (char *)GENAUTH_SPARE_ARGUMENT, NULL };

	become(genauth_paths.signin, arguments, socket, control, parent);
}

/* For whoever is not root. */
static _Noreturn void
become_caller(int connection, pid_t parent)
{
	char *arguments[] = { (char *)"genauth-caller", NULL };

	become(genauth_paths.caller, arguments, connection, -1, parent);
}

/* ---- the parent -------------------------------------------------------------- */

static struct genauth_listen_child *
find(struct genauth_listen_children *children, pid_t pid)
{
	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++)
		if (children->list[i].pid == pid)
			return &children->list[i];
	return NULL;
}

static void
close_control(struct genauth_listen_child *child)
{
	if (child->control >= 0)
		close(child->control);
	child->control = -1;
}

static bool
start(struct genauth_listen_children *children,
    struct genauth_listen_child *child)
{
	pid_t parent = getpid();
	int pair[2];

	/* To the first no files can be sent. */
	if (!genauth_message_pair(pair))
		return false;
	*child = (struct genauth_listen_child){ .control = pair[1] };
	child->pid = fork();
	if (child->pid == 0)
		become_spare(children->socket, pair[0], parent);
	close(pair[0]);
	if (child->pid > 0)
		return true;
	close_control(child);
	child->pid = 0;
	return false;
}

static int
count(const struct genauth_listen_children *children, bool serves)
{
	int n = 0;

	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++)
		if (children->list[i].pid != 0 &&
		    children->list[i].serves == serves)
			n++;
	return n;
}

int
genauth_listen_children_busy(const struct genauth_listen_children *children)
{
	return count(children, true);
}

void
genauth_listen_children_fill(struct genauth_listen_children *children)
{
	struct genauth_listen_child *child;

	if (genauth_clock_ms() < children->not_before)
		return;
	for (int n = count(children, false); n < children->spares &&
	    (child = find(children, 0)) != NULL; n++)
		if (!start(children, child)) {
			fprintf(stderr, "genauth-listen: no spare: %s\n",
			    genauth_text_errno(errno));
			children->not_before = genauth_clock_ms() + PAUSE_MS;
			return;
		}
}

nfds_t
genauth_listen_children_poll(const struct genauth_listen_children *children,
    struct pollfd *polled)
{
	nfds_t n = 0;

	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++)
		if (children->list[i].pid != 0 &&
		    children->list[i].control >= 0)
			polled[n++] = (struct pollfd){
			    .fd = children->list[i].control,
			    .events = POLLIN };
	return n;
}

/* Of somebody who is not root. */
static bool
may_be_served(const struct genauth_listen_children *children, uid_t uid)
{
	const struct genauth_listen_child *child = children->list;
	bool is_person = uid >= GENAUTH_LISTEN_PEOPLE;
	int own = 0, alike = 0;

	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++, child++) {
		if (child->pid == 0 || !child->serves || child->uid == 0 ||
		    (child->uid >= GENAUTH_LISTEN_PEOPLE) != is_person)
			continue;
		alike++;
		if (child->uid == uid)
			own++;
	}
	return is_person ? own < GENAUTH_LISTEN_CHILDREN_OF_UID &&
	    alike < GENAUTH_LISTEN_CHILDREN_OF_PEOPLE :
	    own < GENAUTH_LISTEN_CHILDREN_OF_SYSTEM_UID &&
	    alike < GENAUTH_LISTEN_CHILDREN_OF_SYSTEM;
}

/* As recv; what comes along is in *fd, or -1. */
static ssize_t
receive(int control, struct genauth_spare_report *report, int *fd)
{
	struct iovec part = { report, sizeof(*report) };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; }
	    room = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = &room, .msg_controllen = sizeof(room) };
	ssize_t n = recvmsg(control, &message,
	    MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	const struct cmsghdr *header = n < 0 ? NULL : CMSG_FIRSTHDR(&message);

	*fd = -1;
	if (header != NULL && header->cmsg_level == SOL_SOCKET &&
	    header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(header), sizeof(*fd));
	return n;
}

static bool
start_caller(struct genauth_listen_children *children, int connection,
    uid_t uid)
{
	struct genauth_listen_child *child = find(children, 0);
	pid_t parent = getpid(), pid;

	if (child == NULL || (pid = fork()) < 0)
		return false;
	if (pid == 0)
		become_caller(connection, parent);
	*child = (struct genauth_listen_child){ .pid = pid, .control = -1,
	    .serves = true, .uid = uid, .since = genauth_clock_ms() };
	return true;
}

/*
 * What the spare is to do.  Root's logins are limited by nothing but the
 * processes.
 */
static char
decide(struct genauth_listen_children *children,
    struct genauth_listen_child *child, uid_t uid, int connection)
{
	if (uid == 0) {
		child->serves = true;
		child->uid = uid;
		child->since = genauth_clock_ms();
		return GENAUTH_SPARE_SERVE;
	}
	return connection >= 0 && may_be_served(children, uid) &&
	    start_caller(children, connection, uid) ? GENAUTH_SPARE_TAKEN :
	    GENAUTH_SPARE_REFUSE;
}

static void
hear(struct genauth_listen_children *children,
    struct genauth_listen_child *child)
{
	struct genauth_spare_report report = { 0 };
	int connection;
	ssize_t n = receive(child->control, &report, &connection);
	char reply = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == sizeof(report) && !child->serves) {
		children->used_at = genauth_clock_ms();
		reply = decide(children, child, report.uid, connection);
	}
	/* Before the reply: the spare has it, too, so that this takes no time. */
	if (connection >= 0)
		close(connection);
	if (reply == 0 || send(child->control, &reply, 1,
	    MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		close_control(child);
}

void
genauth_listen_children_hear(struct genauth_listen_children *children,
    const struct pollfd *polled, nfds_t count_of_polled)
{
	for (nfds_t k = 0; k < count_of_polled; k++)
		for (int i = 0; polled[k].revents != 0 &&
		    i < GENAUTH_LISTEN_CHILDREN; i++)
			if (children->list[i].pid != 0 &&
			    children->list[i].control == polled[k].fd) {
				hear(children, &children->list[i]);
				break;
			}
}

void
genauth_listen_children_end_late(
    const struct genauth_listen_children *children)
{
	const struct genauth_listen_child *child = children->list;
	long long now = genauth_clock_ms();

	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++, child++)
		if (child->pid != 0 && child->serves &&
		    now - child->since > children->limit_ms)
			kill(child->pid, SIGKILL);
}

void
genauth_listen_children_reap(struct genauth_listen_children *children)
{
	struct genauth_listen_child *child;
	pid_t pid;

	/* As process 1 of a container it may have children of others'. */
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		if ((child = find(children, pid)) == NULL)
			continue;
		/* It may have said so, and ended, before it was heard. */
		if (!child->serves && child->control >= 0)
			hear(children, child);
		if (child->serves)
			children->used_at = genauth_clock_ms();
		else
			children->not_before = genauth_clock_ms() + PAUSE_MS;
		close_control(child);
		*child = (struct genauth_listen_child){ 0 };
	}
}

void
genauth_listen_children_end(struct genauth_listen_children *children, bool all)
{
	for (int i = 0; i < GENAUTH_LISTEN_CHILDREN; i++)
		if (children->list[i].pid != 0 &&
		    (all || !children->list[i].serves))
			kill(children->list[i].pid, SIGKILL);
}
