/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every call of the module that can fail is made to fail, one after another,
 * in several kinds of login and change of the password.  However it ends: no
 * success that GenAuth did not give, never PAM_IGNORE, no memory, descriptor or
 * process left.
 *
 * The program is its own genauth-signin: started under that name it accepts
 * the password "right", "factor" with the code of a second factor, and changes
 * it to "another"; other new passwords make it one that was taken over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/answer.h"
#include "common/message.h"
#include "common/options.h"
#include "common/paths.h"
#include "common/prompt.h"
#include "common/question.h"
#include "inject/fakepam.h"
#include "inject/inject.h"

#define KEY "-----BEGIN PUBLIC KEY-----\nnew\n"

const struct genauth_paths genauth_paths = {
	.options_file = "/nonexistent",
	.signin = "/proc/self/exe",
	.cache = CACHE,
	.locale = "/nonexistent",
};

/* ---- genauth-signin ---- */

/* Lives on for a moment, so that it is still there to be killed. */
static void
wait_for_end(void)
{
	char byte;

	while (recv(STDIN_FILENO, &byte, sizeof(byte), 0) > 0)
		;
	usleep(30000);
}

static void
say(enum genauth_message_kind kind, struct genauth_records *records)
{
	genauth_message_send(STDIN_FILENO, kind, records, NULL, 0);
	genauth_records_free(records);
}

/* Whether the person knows the code; is asked twice. */
static bool
ask_for_code(void)
{
	struct genauth_records records = { 0 };
	struct genauth_secret code = { 0 };
	struct genauth_message reply;
	bool right = false;

	for (int i = 0; i < 2 && !right; i++) {
		genauth_prompt_encode(i == 0 ? GENAUTH_PROMPT_EMAIL :
		    GENAUTH_PROMPT_EMAIL_AGAIN, "a***@x.example", &records);
		say(GENAUTH_MESSAGE_ASK, &records);
		right = genauth_message_receive(STDIN_FILENO, false, &reply,
		    -1) == GENAUTH_RECEIVED &&
		    reply.kind == GENAUTH_MESSAGE_REPLY &&
		    genauth_prompt_decode_reply(&reply.records, &code) &&
		    strcmp(code.data, "123456") == 0;
		genauth_message_free(&reply);
	}
	genauth_secret_free(&code);
	return right;
}

static void
judge(const struct genauth_question *question, struct genauth_answer *answer)
{
	const char *password = question->password;

	if (strcmp(password, "factor") == 0)
		answer->factor = GENAUTH_FACTOR_EMAIL;
	if (strcmp(password, "locked") == 0) {
		answer->verdict = GENAUTH_LOCKED;
	} else if (strncmp(password, "right", 5) == 0 ||
	    (strcmp(password, "factor") == 0 && ask_for_code())) {
		answer->verdict = GENAUTH_OK;
		genauth_secret_set(&answer->id_token, "a.b.c", 5);
		genauth_secret_set(&answer->access_token, "d.e.f", 5);
		/* As GenAuth's token has it. */
		snprintf(answer->sub, sizeof(answer->sub), "5f3a");
		if (strcmp(question->account, "a.example") == 0 &&
		    strcmp(question->sub, answer->sub) != 0)
			answer->verdict = GENAUTH_INTERNAL;
	}
}

static void
say_answer(enum genauth_verdict verdict, enum genauth_holds holds)
{
	const struct genauth_answer answer = { .verdict = verdict,
	    .reason = "as it says", .holds = holds };
	struct genauth_records records = { 0 };

	genauth_answer_encode(&answer, &records);
	say(GENAUTH_MESSAGE_RESULT, &records);
}

static void
tell(const char *text)
{
	struct genauth_records records = { 0 };

	genauth_records_add_text(&records, "text", text);
	say(GENAUTH_MESSAGE_TELL, &records);
}

/* Of a change.  The other words tell what no genauth-signin would say. */
static void
answer_change(const char *password)
{
	if (strcmp(password, "another") == 0) {
		say_answer(GENAUTH_OK, GENAUTH_HOLDS_NEW);
	} else if (strcmp(password, "weak") == 0) {
		tell("too weak");
		say_answer(GENAUTH_DENIED, GENAUTH_HOLDS_OLD);
	} else if (strcmp(password, "told-twice") == 0) {
		tell("one");
		tell("two");
		say_answer(GENAUTH_OK, GENAUTH_HOLDS_NEW);
	} else if (strcmp(password, "told-nothing") == 0) {
		tell("");
		say_answer(GENAUTH_OK, GENAUTH_HOLDS_NEW);
	} else if (strcmp(password, "told-and-changed") == 0) {
		tell("one");
		say_answer(GENAUTH_OK, GENAUTH_HOLDS_NEW);
	} else if (strcmp(password, "old-holds") == 0) {
		say_answer(GENAUTH_OK, GENAUTH_HOLDS_OLD);
	} else if (strcmp(password, "login-again") == 0) {
		say_answer(GENAUTH_OK, GENAUTH_HOLDS_UNASKED);
	}
}

static void
serve_change(void)
{
	struct genauth_message message;
	struct genauth_change change;

	if (genauth_message_receive(STDIN_FILENO, false, &message, -1) ==
	    GENAUTH_RECEIVED && message.kind == GENAUTH_MESSAGE_CHANGE &&
	    genauth_question_get_change(&message.records, &change))
		answer_change(change.password);
}

static int
serve(void)
{
	struct genauth_message start, login;
	struct genauth_start wanted;
	struct genauth_question question;
	struct genauth_options options;
	struct genauth_failure failure;
	struct genauth_records records = { 0 };
	struct genauth_answer answer = { .verdict = GENAUTH_DENIED,
	    .reason = "wrong password" };
	struct genauth_keep keep = { 0 };

	say(GENAUTH_MESSAGE_READY, &records);
	if (!genauth_options_init(&options) ||
	    genauth_message_receive(STDIN_FILENO, true, &start, -1) !=
	    GENAUTH_RECEIVED || !genauth_question_get_start(&start.records,
	    &wanted, &options, &failure) ||
	    genauth_message_receive(STDIN_FILENO, false, &login, -1) !=
	    GENAUTH_RECEIVED || !genauth_question_get_login(&login.records,
	    &question))
		_exit(0);
	judge(&question, &answer);
	if (options.password_encrypt_type == GENAUTH_ENCRYPT_RSA) {
		genauth_secret_set(&keep.password_key, KEY, strlen(KEY));
		genauth_keep_encode(&keep, &records);
		say(GENAUTH_MESSAGE_KEEP, &records);
	}
	genauth_answer_encode(&answer, &records);
	say(GENAUTH_MESSAGE_RESULT, &records);
	if (strcmp(question.password, "right-gone") == 0)
		_exit(0);
	if (wanted.operation == GENAUTH_OPERATION_PASSWORD)
		serve_change();
	wait_for_end();
	_exit(0);
}

/* ---- the logins ---- */

struct login {
	const char *service, *reply, *authtok;
	const char *user;	/* NULL: alice */
	const char *new_reply;	/* changes the password to that */
	const char *arguments[4];
	const char *codes[3];	/* of the second factor, in turn */
	bool closed_stdin;
	bool has_cached_key;
	uid_t caller;	/* 0: root */
	bool prepares;	/* a line before does */
	int code;	/* when nothing fails */
};

static char conf[64] = "conf=/tmp/genauth-inject-XXXXXX";
static char map[64] = "account_map=/tmp/genauth-inject-XXXXXX";

/*
 * What may fail in a login that succeeds all the same.  In INJECT_ALL all
 * that follows has failed too.
 */
static const struct {
	const char *failure, *why;
} harmless[] = {
	{ "the key cache", "without it the key is fetched" },
	{ "the caller's stamp", "it only delays the next try" },
	{ "pam_syslog", "has no result" },
	{ "pam_get_item(PAM_AUTHTOK)", "the person is asked instead" },
	{ "pam_get_item(PAM_RUSER)", "no token is exported then" },
	{ "the line that prepares", "then nothing is prepared" },
	{ "the look at what was prepared", "then it does not fit" },
	{ "poll(alive)", "a new process is started" },
	{ "pam_get_data", "what was prepared is not found" },
	{ "pam_set_data(end)", "pam_end does it" },
	{ "pam_get_item(PAM_OLDAUTHTOK)", "the person is asked instead" },
	{ "pam_fail_delay", "only the wait after a refusal" },
	{ "readlinkat", "no link is followed then" },
	{ "fstat(socket)", "at the end; it is closed all the same" },
	{ "close", "the descriptor is gone all the same" },
	{ "waitpid", "as where the host has reaped the helper" },
	{ "kill", "the helper ends when its socket is closed" },
};

static bool
is_harmless(const char *failure)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(harmless[i].failure, failure) == 0)
			return true;
	return false;
}

static void
write_cached_key(void)
{
	static const char path[] = CACHE "/rsa-x.example";
	FILE *file;

	mkdir(CACHE, 0755);
	assert_non_null(file = fopen(path, "w"));
	fputs("old", file);
	fclose(file);
	assert_int_equal(chmod(path, 0644), 0);
}

/* The caller's last attempt was just now. */
static void
write_stamp(void)
{
	FILE *file;

	mkdir(CACHE, 0755);
	assert_non_null(file = fopen(CACHE "/attempt-1000", "w"));
	fclose(file);
	assert_int_equal(utimensat(AT_FDCWD, CACHE "/attempt-1000", NULL, 0),
	    0);
}

/* As libpam does it. */
static int
change(struct pam_handle *pamh, enum inject_mode mode, int count,
    const char **arguments)
{
	int code = pam_sm_chauthtok(pamh, PAM_PRELIM_CHECK, count, arguments);

	if (code != PAM_SUCCESS)
		return code;
	code = pam_sm_chauthtok(pamh, PAM_UPDATE_AUTHTOK, count, arguments);
	/* Whatever fails: it is not left to pam_unix from here on. */
	if (code != PAM_SUCCESS && mode == INJECT_ONE)
		assert_int_equal(code, PAM_AUTHTOK_ERR);
	return code;
}

static int
log_in(const struct login *login, enum inject_mode mode, unsigned nth)
{
	const char *user = login->user != NULL ? login->user : "alice";
	struct passwd entry = { .pw_name = (char *)(uintptr_t)user,
	    .pw_uid = 1000,
	    .pw_gid = 0, .pw_shell = (char *)"/bin/sh" };
	struct pam_handle pamh = { .service = login->service, .user = user,
	    .rhost = "192.0.2.1", .reply = login->reply, .entry = &entry,
	    .codes = login->codes, .new_reply = login->new_reply };
	const char *arguments[8] = { conf };
	const char *prepare_line[] = { conf, "prepare" };
	int count = 1, code;

	for (int i = 0; i < 4 && login->arguments[i] != NULL; i++)
		arguments[count++] = login->arguments[i];
	if (login->has_cached_key)
		write_cached_key();
	if (login->authtok != NULL)
		assert_non_null(pamh.authtok = strdup(login->authtok));
	if (login->caller != 0)
		write_stamp();
	inject_caller = login->caller;
	inject_start(mode, nth);
	inject_count_memory(pamh.authtok != NULL);
	if (login->prepares) {
		inject_enter("the line that prepares");
		assert_int_equal(pam_sm_authenticate(&pamh, 0, 2,
		    prepare_line), PAM_AUTH_ERR);
		inject_leave();
	}
	code = login->new_reply != NULL ?
	    change(&pamh, mode, count, arguments) :
	    pam_sm_authenticate(&pamh, 0, count, arguments);
	fakepam_end(&pamh);
	inject_stop();
	if (code != PAM_SUCCESS && mode == INJECT_ONE)
		assert_int_equal(pamh.environment_count, 0);
	return code;
}

/* How many children there were; none is left afterwards. */
static int
reap(void)
{
	int count = 0;

	while (waitpid(-1, NULL, __WALL) > 0)
		count++;
	return count;
}

/* One login; whether it went through without a failure. */
static bool
try(const struct login *login, enum inject_mode mode, unsigned nth)
{
	int before = inject_descriptors(), input = -1, code;
	const char *failure;

	if (login->closed_stdin) {
		input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100);
		close(STDIN_FILENO);
	}
	code = log_in(login, mode, nth);
	if (login->closed_stdin && input >= 0) {
		assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
		assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
		close(input);
	}
	failure = inject_failure();
	if (failure == NULL || mode == INJECT_SIGNAL)
		assert_int_equal(code, login->code);
	else if (code == PAM_SUCCESS && (login->code != PAM_SUCCESS ||
	    !is_harmless(failure)))
		fail_msg("success although %s failed (point %u)", failure, nth);
	if (code == PAM_IGNORE || code == PAM_NEW_AUTHTOK_REQD)
		fail_msg("code %d when %s failed (point %u)", code, failure,
		    nth);
	if (code == PAM_AUTHINFO_UNAVAIL && mode == INJECT_ONE &&
	    (inject_has_failed("malloc") || inject_has_failed("calloc")))
		fail_msg("want of memory is taken for an outage (point %u)",
		    nth);
	if (inject_memory() != 0)
		fail_msg("%d allocations left when %s failed (point %u)",
		    inject_memory(), failure, nth);
	if (inject_descriptors() != before)
		fail_msg("%d descriptors left when %s failed (point %u)",
		    inject_descriptors() - before, failure, nth);
	if (reap() > 0 && !inject_has_failed("waitpid") &&
	    !inject_has_failed("kill"))
		fail_msg("a process left when %s failed (point %u)", failure,
		    nth);
	return failure == NULL;
}

static void
try_all(const struct login *login)
{
	for (enum inject_mode mode = INJECT_ONE; mode <= INJECT_SIGNAL; mode++)
		for (unsigned nth = 1; !try(login, mode, nth); nth++)
			assert_true(nth <= 2000);
}

#define LOGIN(name, ...) \
	static void \
	name(void **state) \
	{ \
		static const struct login login = { __VA_ARGS__ }; \
		(void)state; \
		try_all(&login); \
	}

LOGIN(prompted, .service = "sshd", .reply = "right", .code = PAM_SUCCESS,
    .arguments = { "debug" })
LOGIN(stacked, .service = "sshd", .authtok = "right", .code = PAM_SUCCESS,
    .arguments = { "use_first_pass", "export_tokens=id_token" })
LOGIN(refused_then_accepted, .service = "sshd", .authtok = "wrong",
    .reply = "right", .code = PAM_SUCCESS,
    .arguments = { "try_first_pass", "preconnect=no" })
LOGIN(refused, .service = "sudo", .reply = "wrong", .code = PAM_AUTH_ERR)
LOGIN(locked, .service = "sudo", .authtok = "locked", .code = PAM_MAXTRIES)
LOGIN(broken_off, .service = "login", .code = PAM_AUTH_ERR)
LOGIN(without_standard_input, .service = "sshd", .reply = "right",
    .code = PAM_SUCCESS, .closed_stdin = true)
LOGIN(with_a_cached_key, .service = "sshd", .authtok = "right",
    .code = PAM_SUCCESS, .has_cached_key = true,
    .arguments = { "password_encrypt_type=rsa" })
LOGIN(called_by_a_user, .service = "su", .reply = "right",
    .code = PAM_SUCCESS, .caller = 1000)
LOGIN(refused_to_a_user, .service = "su", .reply = "wrong",
    .code = PAM_AUTH_ERR, .caller = 1000)
LOGIN(prepared, .service = "sshd", .authtok = "right", .prepares = true,
    .code = PAM_SUCCESS, .arguments = { "use_first_pass" })
/* alice's first group is that of root, the one that each host has. */
LOGIN(in_a_group, .service = "sshd", .authtok = "right", .code = PAM_SUCCESS,
    .arguments = { "allow_groups=root", "allow_users=bob",
    "allow_hosts=192.0.2.0/24" })
LOGIN(in_a_denied_group, .service = "sshd", .authtok = "right",
    .code = PAM_USER_UNKNOWN, .prepares = true,
    .arguments = { "deny_groups=root" })
LOGIN(not_in_an_unknown_group, .service = "sshd", .reply = "right",
    .code = PAM_SERVICE_ERR, .arguments = { "deny_groups=no-such-group" })
LOGIN(in_the_map, .service = "sshd", .authtok = "right", .code = PAM_SUCCESS,
    .arguments = { map })
LOGIN(not_in_the_map, .service = "sshd", .reply = "right",
    .code = PAM_USER_UNKNOWN, .user = "bob", .arguments = { map })
LOGIN(with_a_factor, .service = "sshd", .reply = "factor",
    .codes = { "123456" }, .code = PAM_SUCCESS,
    .arguments = { "debug", "mfa=ask" })
LOGIN(with_a_factor_in_the_end, .service = "sshd", .authtok = "factor",
    .codes = { "654321", "123456" }, .code = PAM_SUCCESS,
    .arguments = { "use_first_pass", "export_tokens=id_token", "mfa=ask" })
LOGIN(with_a_wrong_factor, .service = "su", .reply = "factor",
    .codes = { "654321", "654321" }, .code = PAM_AUTH_ERR, .caller = 1000,
    .arguments = { "mfa=ask" })
LOGIN(without_a_factor, .service = "sshd", .reply = "factor",
    .code = PAM_AUTH_ERR, .arguments = { "mfa=ask" })
LOGIN(with_a_factor_that_nothing_demands, .service = "sshd",
    .reply = "factor", .codes = { "123456" }, .code = PAM_SYSTEM_ERR)
LOGIN(with_the_password_for_a_factor, .service = "sshd", .reply = "factor",
    .codes = { "factor" }, .code = PAM_AUTH_ERR,
    .arguments = { "mfa=ask" })
LOGIN(changed, .service = "passwd", .reply = "right", .caller = 1000,
    .new_reply = "another", .code = PAM_SUCCESS,
    .arguments = { "password_encrypt_type=rsa" })
LOGIN(changed_with_a_factor, .service = "passwd", .reply = "factor",
    .caller = 1000, .new_reply = "another", .codes = { "654321", "123456" },
    .code = PAM_SUCCESS, .arguments = { "mfa=ask" })
LOGIN(not_changed, .service = "passwd", .reply = "right", .caller = 1000,
    .new_reply = "weak", .code = PAM_AUTHTOK_ERR)
LOGIN(with_a_wrong_one, .service = "passwd", .reply = "wrong", .caller = 1000,
    .new_reply = "another", .code = PAM_AUTH_ERR)
LOGIN(changed_by_root, .service = "passwd", .reply = "right",
    .new_reply = "another", .code = PAM_AUTHTOK_RECOVERY_ERR)
LOGIN(changed_with_a_bad_option, .service = "passwd", .reply = "right",
    .caller = 1000, .new_reply = "another", .code = PAM_SERVICE_ERR,
    .arguments = { "no_such_option" })

/* A genauth-signin that was taken over says many things. */
static void
nothing_but_an_answer_in_its_place_is_a_change(void **state)
{
	static const struct {
		const char *old, *new;
	} talks[] = {
		{ "right-gone", "another" }, { "right", "told-twice" },
		{ "right", "told-nothing" }, { "right", "told-and-changed" },
		{ "right", "old-holds" }, { "right", "login-again" },
		{ "right", "silent" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		const struct login login = { .service = "passwd",
		    .reply = talks[i].old, .new_reply = talks[i].new,
		    .caller = 1000, .code = PAM_AUTHTOK_ERR };

		assert_true(try(&login, INJECT_ONE, 0));
	}
}

/* What this helper says is never enough for these. */
LOGIN(with_nothing_proven, .service = "sshd", .authtok = "right",
    .code = PAM_SYSTEM_ERR, .arguments = { "identity=required" })
LOGIN(with_no_factor_that_is_required, .service = "sshd",
    .authtok = "right", .code = PAM_SYSTEM_ERR,
    .arguments = { "second_factor=required" })
LOGIN(a_bad_option, .service = "sshd", .authtok = "right",
    .code = PAM_SERVICE_ERR, .arguments = { "no_such_option" })

static void
every_call_was_a_point(void **state)
{
	const char *source = getenv("SRCDIR");
	char list[1024];

	(void)state;
	inject_report("pam_genauth.so");
	snprintf(list, sizeof(list), "%s/tests/inject/module.list",
	    source != NULL ? source : ".");
	if (inject_unreached(list) != NULL)
		fail_msg("%s was never called", inject_unreached(list));
}

static bool
write_file(char *template, const char *text)
{
	int fd = mkostemp(template, O_CLOEXEC);

	return fd >= 0 && write(fd, text, strlen(text)) ==
	    (ssize_t)strlen(text) && close(fd) == 0;
}

static int
write_options(void **state)
{
	static const char text[] = "app_host = https://x.example\n"
	    "app_id = 0123456789abcdef01234567\n"
	    "app_secret = s3cret\ntimeout = 1\nuser_pool_id = pool\n"
	    "export_tokens = id_token, access_token\n";

	(void)state;
	return write_file(conf + strlen("conf="), text) &&
	    write_file(map + strlen("account_map="), "carol c\n"
	    "alice a.example 5f3a\n") ? 0 : -1;
}

static int
remove_options(void **state)
{
	(void)state;
	unlink(map + strlen("account_map="));
	return unlink(conf + strlen("conf="));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prompted),
		cmocka_unit_test(stacked),
		cmocka_unit_test(refused_then_accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(locked),
		cmocka_unit_test(broken_off),
		cmocka_unit_test(without_standard_input),
		cmocka_unit_test(with_a_cached_key),
		cmocka_unit_test(called_by_a_user),
		cmocka_unit_test(refused_to_a_user),
		cmocka_unit_test(prepared),
		cmocka_unit_test(in_a_group),
		cmocka_unit_test(in_a_denied_group),
		cmocka_unit_test(not_in_an_unknown_group),
		cmocka_unit_test(in_the_map),
		cmocka_unit_test(not_in_the_map),
		cmocka_unit_test(with_a_factor),
		cmocka_unit_test(with_a_factor_in_the_end),
		cmocka_unit_test(with_a_wrong_factor),
		cmocka_unit_test(without_a_factor),
		cmocka_unit_test(with_a_factor_that_nothing_demands),
		cmocka_unit_test(with_the_password_for_a_factor),
		cmocka_unit_test(changed),
		cmocka_unit_test(changed_with_a_factor),
		cmocka_unit_test(not_changed),
		cmocka_unit_test(with_a_wrong_one),
		cmocka_unit_test(changed_by_root),
		cmocka_unit_test(changed_with_a_bad_option),
		cmocka_unit_test(
		    nothing_but_an_answer_in_its_place_is_a_change),
		cmocka_unit_test(with_nothing_proven),
		cmocka_unit_test(with_no_factor_that_is_required),
		cmocka_unit_test(a_bad_option),
		cmocka_unit_test(every_call_was_a_point),
	};

	if (argc == 1 && strcmp(argv[0], "genauth-signin") == 0)
		return serve();
	return cmocka_run_group_tests_name("inject_module", tests,
	    write_options, remove_options);
}
