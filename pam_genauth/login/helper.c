/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/helper.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/message.h"
#include "common/text.h"

/* What genauth-signin may need beyond its time limit to say that it is over. */
#define GRACE_MS 250

/* A login asks for the key, signs in, and, with an old key, both again. */
#define EXCHANGE_LIMIT 8

/* One finding for each step, and a few files. */
#define FINDING_LIMIT 16

static bool
make_socketpair(int pair[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	pair[0] = genauth_file_above_stdio(pair[0]);
	pair[1] = genauth_file_above_stdio(pair[1]);
	if (pair[0] >= 0 && pair[1] >= 0)
		return true;
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
	return false;
}

/* Descriptor 0 is the socket, 1 and 2 lead nowhere. */
static int
add_actions(posix_spawn_file_actions_t *actions, int fd)
{
	int code = posix_spawn_file_actions_adddup2(actions, fd, STDIN_FILENO);

	if (code == 0)
		code = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO,
		    "/dev/null", O_WRONLY, 0);
	if (code == 0)
		code = posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO,
		    STDERR_FILENO);
	return code;
}

/*
 * All signals at their defaults and none blocked, whatever the host has done
 * with its own; a session of its own, so that the terminal's signals are for
 * the host alone.
 */
static int
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t all, none;
	int code;

	sigfillset(&all);
	sigemptyset(&none);
	code = posix_spawnattr_setsigdefault(attributes, &all);
	if (code == 0)
		code = posix_spawnattr_setsigmask(attributes, &none);
	if (code == 0)
		code = posix_spawnattr_setflags(attributes,
		    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
		    POSIX_SPAWN_SETSID);
	return code;
}

/* Returns 0 or an error number. */
static int
spawn(int fd, pid_t *pid)
{
	char *arguments[] = { (char *)"genauth-signin", NULL };
	char *environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int code;

	if ((code = posix_spawn_file_actions_init(&actions)) != 0)
		return code;
	if ((code = posix_spawnattr_init(&attributes)) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return code;
	}
	if ((code = add_actions(&actions, fd)) == 0 &&
	    (code = set_attributes(&attributes)) == 0)
		code = posix_spawn(pid, genauth_paths.signin, &actions,
		    &attributes, arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

bool
genauth_helper_start(struct genauth_helper *helper,
    const struct genauth_start *start, const struct genauth_options *options,
    const struct genauth_files *files, struct genauth_failure *failure)
{
	struct genauth_records records = { 0 };
	int pair[2], code;
	bool sent;

	*helper = GENAUTH_HELPER_NONE;
	if (!make_socketpair(pair))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "socketpair: %s", genauth_text_errno(errno));
	code = spawn(pair[1], &helper->pid);
	close(pair[1]);
	if (code != 0) {
		close(pair[0]);
		*helper = GENAUTH_HELPER_NONE;
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: %s", genauth_paths.signin, genauth_text_errno(code));
	}
	helper->fd = pair[0];
	genauth_question_add_start(start, options, &records);
	if (!(sent = genauth_files_send_start(helper->fd, &records, files))) {
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "sending to genauth-signin: %s", genauth_text_errno(errno));
		genauth_helper_stop(helper);
	}
	genauth_records_free(&records);
	return sent;
}

/* How far the conversation has come; of the pointers one is set, or two. */
struct talk {
	const struct genauth_helper_listener *listener;	/* of a login */
	const struct genauth_finding_listener *findings;	/* of a check */
	struct genauth_keep *kept;			/* of a login */
	bool is_ready, is_answered;
	unsigned exchanges, found;
	enum genauth_step step;		/* of the last finding */
	long long timeout_ms, deadline;
};

static bool
take_exchange(struct talk *talk, const struct genauth_records *records)
{
	const char *json;
	size_t length;

	if (talk->listener == NULL || talk->listener->exchange == NULL ||
	    talk->exchanges++ >= EXCHANGE_LIMIT ||
	    (json = genauth_records_find(records, "json", &length)) == NULL)
		return false;
	talk->listener->exchange(talk->listener->data, json, length);
	return true;
}

static bool
take_finding(struct talk *talk, const struct genauth_records *records)
{
	struct genauth_finding finding;

	if (talk->findings == NULL || talk->found++ >= FINDING_LIMIT ||
	    !genauth_finding_decode(records, &finding) ||
	    finding.step < talk->step || (finding.step == talk->step &&
	    finding.step != GENAUTH_STEP_FILES))
		return false;
	talk->step = finding.step;
	talk->deadline = genauth_clock_ms() + talk->timeout_ms + GRACE_MS;
	talk->findings->found(talk->findings->data, &finding);
	return true;
}

/*
 * What may come before the answer, each in its place and not too often; what
 * genauth-signin sends is foreign.  false: this may not.
 */
static bool
take(struct talk *talk, const struct genauth_message *message)
{
	const struct genauth_records *records = &message->records;
	bool first = !talk->is_ready;

	if (message->kind == GENAUTH_MESSAGE_READY) {
		talk->is_ready = true;
		return first;
	}
	if (first)
		return false;
	switch (message->kind) {
	case GENAUTH_MESSAGE_KEEP:
		return talk->kept != NULL && !talk->kept->is_there &&
		    genauth_keep_decode(records, talk->kept);
	case GENAUTH_MESSAGE_EXCHANGE:
		return take_exchange(talk, records);
	case GENAUTH_MESSAGE_FINDING:
		return take_finding(talk, records);
	default:
		return false;
	}
}

/* false: something else than an answer, and the conversation goes on. */
static bool
is_over(struct talk *talk, enum genauth_received received,
    const struct genauth_message *message, struct genauth_answer *answer)
{
	switch (received) {
	case GENAUTH_RECEIVED:
		if (message->kind != GENAUTH_MESSAGE_RESULT &&
		    take(talk, message))
			return false;
		talk->is_answered = talk->is_ready &&
		    message->kind == GENAUTH_MESSAGE_RESULT &&
		    genauth_answer_decode(&message->records, answer);
		if (!talk->is_answered)
			genauth_answer_refuse(answer, GENAUTH_INTERNAL,
			    "genauth-signin gave a malformed answer");
		break;
	case GENAUTH_RECEIVED_LATE:
		genauth_answer_refuse(answer, GENAUTH_UNAVAILABLE,
		    "no answer within the time limit (timeout)");
		break;
	case GENAUTH_RECEIVED_END:
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "genauth-signin ended without an answer");
		break;
	case GENAUTH_RECEIVED_OTHER:
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "genauth-signin and pam_genauth.so differ in version");
		break;
	case GENAUTH_RECEIVED_BAD:
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "no usable answer from genauth-signin");
		break;
	}
	return true;
}

static void
converse(const struct genauth_helper *helper, enum genauth_message_kind kind,
    const struct genauth_records *question, struct talk *talk,
    struct genauth_answer *answer)
{
	struct genauth_message message;
	enum genauth_received received;
	bool over;

	*answer = (struct genauth_answer){ 0 };
	if (question->failed) {
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "out of memory");
		return;
	}
	talk->deadline = genauth_clock_ms() + talk->timeout_ms + GRACE_MS;
	/*
	 * Not checked: a helper that has given up cannot be sent to, but its
	 * answer, which says why, is waiting; one that is not there does not
	 * answer.
	 */
	genauth_message_send(helper->fd, kind, question, NULL, 0);
	do {
		received = genauth_message_receive(helper->fd, false, &message,
		    talk->deadline);
		over = is_over(talk, received, &message, answer);
		genauth_message_free(&message);
	} while (!over);
}

void
genauth_helper_ask(const struct genauth_helper *helper,
    const struct genauth_records *question, long long timeout_ms,
    const struct genauth_helper_listener *listener,
    struct genauth_keep *kept, struct genauth_answer *answer)
{
	struct talk talk = { .listener = listener, .kept = kept,
	    .timeout_ms = timeout_ms };

	*kept = (struct genauth_keep){ 0 };
	converse(helper, GENAUTH_MESSAGE_LOGIN, question, &talk, answer);
	if (!talk.is_answered)
		genauth_keep_free(kept);
}

void
genauth_helper_check(const struct genauth_helper *helper,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener,
    struct genauth_answer *answer)
{
	struct talk talk = { .findings = listener,
	    .timeout_ms = inquiry->timeout_ms };
	struct genauth_records question = { 0 };

	genauth_question_add_inquiry(inquiry, &question);
	converse(helper, GENAUTH_MESSAGE_CHECK, &question, &talk, answer);
	genauth_records_free(&question);
	/* Nobody has a password here that could be right. */
	if (answer->verdict == GENAUTH_OK) {
		genauth_answer_free(answer);
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "genauth-signin gave a malformed answer");
	}
}

void
genauth_helper_stop(struct genauth_helper *helper)
{
	pid_t waited;

	if (helper->pid <= 0)
		return;
	close(helper->fd);
	/*
	 * A host that ignores SIGCHLD, or reaps whatever it finds, may have
	 * taken the child; its number may then be somebody else's.  Only a
	 * process that is still our child is killed.
	 */
	if (waitpid(helper->pid, NULL, WNOHANG) == 0) {
		kill(helper->pid, SIGKILL);
		do
			waited = waitpid(helper->pid, NULL, 0);
		while (waited < 0 && errno == EINTR);
	}
	*helper = GENAUTH_HELPER_NONE;
}
