/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth-caller: one login for a caller at the socket who is not root.  To
 * GenAuth and to genauth-signin it is what pam_genauth.so is in a service of
 * root's, with the installed options; the caller has named a service and a
 * user, and gets a verdict.  Started by genauth-listen, with the connection as
 * descriptor 0.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "caller/allowed.h"
#include "caller/attempts.h"
#include "common/clock.h"
#include "common/message.h"
#include "common/options_file.h"
#include "common/paths.h"
#include "common/question.h"
#include "common/text.h"
#include "login/login.h"
#include "login/status.h"
#include "signin/person.h"

/* It comes at once. */
#define CALL_LIMIT_MS 10000

struct caller {
	uid_t uid;
	struct genauth_call call;
	struct genauth_options options;
	struct passwd passwd;
	const struct passwd *entry;	/* NULL: unknown to NSS */
	char names[16384];		/* of the entry */
	char attempts[GENAUTH_ALLOWED_NAME];
	bool for_service;		/* else it is a user, about himself */
};

/* ---- the login --------------------------------------------------------------- */

static const char *
give_password(void *data, struct genauth_failure *failure)
{
	(void)failure;
	return ((struct caller *)data)->call.password;
}

/* Before anything is sent, and whatever comes of it. */
static bool
count_attempt(void *data, struct genauth_failure *failure)
{
	const struct caller *caller = data;

	return caller->attempts[0] == '\0' ? genauth_failure_set(failure,
	    GENAUTH_INTERNAL, "an attempt that cannot be counted") :
	    genauth_attempts_take(caller->attempts, failure);
}

static bool
pass_on(void *data, const struct genauth_ask *ask,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	int fd = STDIN_FILENO;

	/* The first of a login is one with the password. */
	if (genauth_prompt_is_again(ask->prompt) &&
	    !count_attempt(data, failure))
		return false;
	return genauth_person_ask(&fd, ask->prompt, ask->detail, reply,
	    failure);
}

/*
 * Nobody who is not root is handed a token, nor remembered by an address that
 * he tells.  And the places at the socket are for others.
 */
static bool
read_options(struct caller *caller, struct genauth_failure *failure)
{
	failure->text[0] = '\0';
	if (!genauth_options_read_file(&caller->options,
	    genauth_paths.options_file, caller->call.service,
	    genauth_failure_keep_first, failure) ||
	    !genauth_options_finish(&caller->options, failure))
		return false;
	caller->options.export_tokens = GENAUTH_BIT(GENAUTH_EXPORT_NONE);
	caller->options.second_factor_grace = 0;
	caller->options.helper_socket = false;
	return true;
}

static bool
find_user(struct caller *caller, struct genauth_failure *failure)
{
	struct passwd *entry = NULL;

	if (getpwnam_r(caller->call.user, &caller->passwd, caller->names,
	    sizeof(caller->names), &entry) != 0)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "the user cannot be looked up");
	caller->entry = entry;
	return true;
}

static void
ask(struct caller *caller, struct genauth_answer *answer)
{
	const struct genauth_login login = { .options = &caller->options,
	    .user = caller->call.user, .service = caller->call.service,
	    .entry = caller->entry, .rhost = caller->for_service &&
	    caller->call.rhost[0] != '\0' ? caller->call.rhost : NULL };
	const struct genauth_person person = { .data = caller,
	    .password = give_password, .sends = count_attempt,
	    .reply = pass_on };

	genauth_login(&login, &person, answer);
}

static void
log_in(struct caller *caller, struct genauth_answer *answer)
{
	struct genauth_failure failure;

	if (find_user(caller, &failure) && read_options(caller, &failure) &&
	    genauth_allowed_asks(&caller->options, caller->uid,
	    caller->call.service, caller->entry, caller->attempts,
	    &caller->for_service, &failure))
		ask(caller, answer);
	else
		genauth_answer_refuse(answer, failure.verdict, failure.text);
}

/* ---- the conversation -------------------------------------------------------- */

static bool
say(enum genauth_message_kind kind, struct genauth_records *records)
{
	bool said = genauth_message_send(STDIN_FILENO, kind, records, NULL, 0);

	genauth_records_free(records);
	return said;
}

static bool
say_ready(void)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "version", PACKAGE_VERSION);
	return say(GENAUTH_MESSAGE_READY, &records);
}

static bool
get_call(struct genauth_call *call)
{
	struct genauth_message message;
	bool got = genauth_message_receive(STDIN_FILENO, false, &message,
	    genauth_clock_ms() + CALL_LIMIT_MS) == GENAUTH_RECEIVED &&
	    message.kind == GENAUTH_MESSAGE_CALL &&
	    genauth_question_get_call(&message.records, call);

	genauth_message_free(&message);
	return got;
}

/* The verdict alone: what else GenAuth says is for the log. */
static void
say_verdict(const struct genauth_answer *answer)
{
	struct genauth_answer said = { 0 };
	struct genauth_records records = { 0 };

	genauth_answer_refuse(&said, answer->verdict,
	    "genauth-caller's line in the log says why");
	genauth_answer_encode(&said, &records);
	say(GENAUTH_MESSAGE_RESULT, &records);
}

/* A name that this host does not know may be a password. */
static void
write_log(const struct caller *caller, const struct genauth_answer *answer)
{
	int priority = genauth_status_of(answer->verdict)->priority;
	char service[64], user[128], rhost[128];

	/* That is not for what an ordinary user brings about. */
	syslog(LOG_AUTHPRIV | (priority == LOG_CRIT ? LOG_WARNING : priority),
	    "verdict=%s service=%s user=%s rhost=%s caller_uid=%u "
	    "http_status=%lld status_code=%lld api_code=%lld request_id=%s "
	    "total_ms=%lld reason=\"%s\"", genauth_verdict_name(answer->verdict),
	    genauth_text_word(caller->call.service, service, sizeof(service)),
	    genauth_text_word(caller->entry != NULL ? caller->call.user : NULL,
	    user, sizeof(user)), genauth_text_word(caller->for_service ?
	    caller->call.rhost : NULL, rhost, sizeof(rhost)),
	    (unsigned)caller->uid, answer->http_status,
	    answer->status_code, answer->api_code,
	    answer->request_id[0] != '\0' ? answer->request_id : "-",
	    answer->total_ms, answer->reason);
}

/* As signin/main.c; nothing of the listener's but the connection. */
static bool
settle(struct caller *caller)
{
	static const struct rlimit none = { 0, 0 };
	struct ucred peer;
	socklen_t length = sizeof(peer);
	sigset_t unblocked;

	closefrom(STDERR_FILENO + 1);
	sigemptyset(&unblocked);
	sigprocmask(SIG_SETMASK, &unblocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || chdir("/") != 0 ||
	    getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERCRED, &peer,
	    &length) != 0 || length != sizeof(peer))
		return false;
	caller->uid = peer.uid;
	return true;
}

int
main(void)
{
	static struct caller caller;
	struct genauth_answer answer = { 0 };

	if (!settle(&caller) || !genauth_options_init(&caller.options) ||
	    !say_ready() || !get_call(&caller.call))
		return 1;
	openlog("genauth-caller", LOG_PID, LOG_AUTHPRIV);
	log_in(&caller, &answer);
	explicit_bzero(&caller.call.password, sizeof(caller.call.password));
	write_log(&caller, &answer);
	say_verdict(&answer);
	genauth_answer_free(&answer);
	genauth_options_free(&caller.options);
	return 0;
}
