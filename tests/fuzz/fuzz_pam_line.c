/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arguments of the pam.d line, the user and the password, through the
 * entry points of the module.  The lines of the input are service, user,
 * remote host and password, then the arguments.  No process is started: the
 * helper of this file accepts every password that begins with 'y', and changes
 * it to any that begins with 'z'.
 */
#include "fuzz/fuzz.h"

#include <pwd.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"
#include "inject/fakepam.h"
#include "login/helper.h"

#define ARGUMENT_LIMIT 32

const struct genauth_paths genauth_paths = {
	.options_file = "/nonexistent",
	.cache = "/nonexistent",
	.locale = "/nonexistent",
};

static unsigned asked;
static bool accepted, changed;
static enum genauth_operation operation;

/* Not root, who changes nobody's password. */
uid_t
getuid(void)
{
	return 1000;
}

uid_t
geteuid(void)
{
	return 1000;
}

/* In place of common/file.c: no disk. */
bool
genauth_file_read(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure)
{
	static const char options[] = "app_host = https://x.example\n"
	    "app_id = 0123456789abcdef01234567\nuser_pool_id = pool\n";

	(void)path; (void)limit; (void)failure;
	*content = (struct genauth_secret){ 0 };
	*status = (struct stat){ .st_mode = 0600 };
	return genauth_secret_set(content, options, strlen(options));
}

bool
genauth_file_is_private(const struct stat *status)
{
	return (status->st_mode & 077) == 0;
}

bool
genauth_file_read_itself(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure)
{
	(void)path; (void)limit; (void)status; (void)failure;
	*content = (struct genauth_secret){ 0 };
	return false;
}

int
genauth_file_open(const char *path, struct stat *status,
    struct genauth_failure *failure)
{
	(void)path; (void)failure;
	*status = (struct stat){ .st_mode = 0600 };
	return dup(STDERR_FILENO);
}

int
genauth_file_above_stdio(int fd)
{
	return fd;
}

bool
genauth_file_check_directory(const char *path, struct genauth_failure *failure)
{
	(void)path; (void)failure;
	return true;
}

bool
genauth_file_make_shared(const char *path, mode_t mode,
    struct genauth_failure *failure)
{
	(void)path; (void)mode; (void)failure;
	return true;
}

bool
genauth_file_read_open(int fd, const char *name, size_t limit,
    struct genauth_secret *content, struct genauth_failure *failure)
{
	(void)fd; (void)name; (void)limit; (void)content; (void)failure;
	REQUIRE(!"read in the module");
	return false;
}

/* In place of login/helper.c. */
bool
genauth_helper_start(struct genauth_helper *helper,
    const struct genauth_start *start, const struct genauth_options *options,
    const struct genauth_files *files, struct genauth_failure *failure)
{
	failure->text[0] = '\0';
	REQUIRE(!start->record);
	REQUIRE((files->fds[GENAUTH_FILES_CA] >= 0) ==
	    (options->ca_file != NULL));
	*helper = (struct genauth_helper){ .fd = 1000 };
	operation = start->operation;
	return true;
}

bool
genauth_helper_call(struct genauth_helper *helper,
    struct genauth_failure *failure)
{
	*helper = GENAUTH_HELPER_NONE;
	return genauth_failure_set(failure, GENAUTH_INTERNAL, "no socket");
}

void
genauth_helper_ask(const struct genauth_helper *helper,
    const struct genauth_records *records, long long timeout_ms,
    const struct genauth_helper_listener *listener,
    struct genauth_keep *keep, struct genauth_answer *answer)
{
	struct genauth_question question;

	REQUIRE(helper->fd == 1000 && listener->exchange == NULL);
	REQUIRE(genauth_question_get_login(records, &question));
	REQUIRE(question.timeout_ms == timeout_ms);
	REQUIRE(strlen(question.account) < 512);
	for (const char *p = question.account; *p != '\0'; p++)
		REQUIRE((unsigned char)*p >= 0x20 && *p != 0x7f);
	REQUIRE(strlen(question.password) < PAM_MAX_RESP_SIZE);
	REQUIRE(strspn(question.client_ip, "0123456789abcdefABCDEF.:") ==
	    strlen(question.client_ip));
	REQUIRE(timeout_ms >= 1000 && timeout_ms <= 120000);
	asked++;
	accepted = accepted || question.password[0] == 'y';
	*keep = (struct genauth_keep){ 0 };
	*answer = (struct genauth_answer){
	    .verdict = question.password[0] == 'y' ?
	    GENAUTH_OK : GENAUTH_DENIED };
	if (question.password[0] == 'y')
		REQUIRE(genauth_secret_set(&answer->id_token, "a.b.c", 5));
}

void
genauth_helper_change(struct genauth_helper *helper,
    const struct genauth_records *records, long long timeout_ms,
    char remark[GENAUTH_REMARK_SIZE], struct genauth_answer *answer)
{
	struct genauth_change change;

	REQUIRE(helper->fd == 1000 && accepted);
	REQUIRE(operation == GENAUTH_OPERATION_PASSWORD);
	REQUIRE(genauth_question_get_change(records, &change));
	REQUIRE(change.timeout_ms == timeout_ms);
	REQUIRE(strlen(change.password) < PAM_MAX_RESP_SIZE);
	changed = change.password[0] == 'z';
	*answer = (struct genauth_answer){
	    .verdict = changed ? GENAUTH_OK : GENAUTH_DENIED,
	    .holds = changed ? GENAUTH_HOLDS_NEW : GENAUTH_HOLDS_OLD };
	snprintf(remark, GENAUTH_REMARK_SIZE, "%s", changed ? "" : "no");
}

bool
genauth_helper_is_ours(const struct genauth_helper *helper)
{
	return helper->fd == 1000;
}

void
genauth_helper_check(const struct genauth_helper *helper,
    const struct genauth_inquiry *inquiry,
    const struct genauth_finding_listener *listener,
    struct genauth_answer *answer)
{
	(void)helper; (void)inquiry; (void)listener; (void)answer;
	REQUIRE(!"checked in the module");
}

bool
genauth_helper_is_waiting(const struct genauth_helper *helper)
{
	return helper->fd == 1000;
}

void
genauth_helper_dismiss(struct genauth_helper *helper)
{
	helper->fd = -1;
}

void
genauth_helper_stop(struct genauth_helper *helper)
{
	*helper = GENAUTH_HELPER_NONE;
}

void
genauth_helper_let_go(struct genauth_helper *helper)
{
	helper->fd = -1;
}

static void
check_log(const struct pam_handle *pamh)
{
	size_t verdicts = 0;

	for (size_t i = 0; i < pamh->line_count; i++) {
		REQUIRE(fuzz_is_clean(pamh->lines[i]));
		verdicts += strncmp(pamh->lines[i], "verdict=", 8) == 0;
	}
	/* One for each attempt, the second is try_first_pass's. */
	REQUIRE(verdicts == 1 || (verdicts == 2 && asked <= 2));
}

/* The same arguments on a line of the password phase. */
static void
change_password(struct pam_handle *pamh, int count, const char **arguments)
{
	int code;

	accepted = changed = false;
	asked = 0;
	code = pam_sm_chauthtok(pamh, PAM_PRELIM_CHECK, count, arguments);
	REQUIRE(code == PAM_IGNORE || (code == PAM_SUCCESS) == accepted);
	REQUIRE(code != PAM_IGNORE || pamh->line_count == 0);
	code = pam_sm_chauthtok(pamh, PAM_UPDATE_AUTHTOK, count, arguments);
	REQUIRE((code == PAM_SUCCESS) == changed);
	REQUIRE(pam_sm_chauthtok(pamh, PAM_UPDATE_AUTHTOK, count, arguments) !=
	    PAM_SUCCESS);
	for (size_t i = 0; i < pamh->line_count; i++)
		REQUIRE(fuzz_is_clean(pamh->lines[i]));
	REQUIRE(asked <= 1 && pamh->environment_count == 0);
	fakepam_end(pamh);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct passwd entry = { .pw_uid = 1000,
	    .pw_shell = (char *)"/bin/sh" };
	char *service = fuzz_line(&data, &size), *user = fuzz_line(&data,
	    &size), *rhost = fuzz_line(&data, &size);
	char *password = fuzz_line(&data, &size);
	struct pam_handle pamh = { .service = service, .user = user,
	    .rhost = rhost, .reply = password, .entry = &entry };
	char *arguments[ARGUMENT_LIMIT];
	int count = 0, code;

	entry.pw_name = user;
	while (size > 0 && count < ARGUMENT_LIMIT)
		arguments[count++] = fuzz_line(&data, &size);
	/* Half of the passwords come from the stack. */
	if (strlen(password) % 2 == 0)
		REQUIRE((pamh.authtok = strdup(password)) != NULL);
	asked = 0;
	accepted = false;

	code = pam_sm_authenticate(&pamh, 0, count, (const char **)arguments);

	REQUIRE((code == PAM_SUCCESS) == accepted);
	REQUIRE(code != PAM_IGNORE && code != PAM_NEW_AUTHTOK_REQD);
	REQUIRE(pamh.environment_count == 0 || accepted);
	check_log(&pamh);
	fakepam_end(&pamh);
	pamh = (struct pam_handle){ .service = service, .user = user,
	    .rhost = rhost, .reply = password, .entry = &entry,
	    .new_reply = strlen(password) % 3 == 0 ? "n" : "z" };
	change_password(&pamh, count, (const char **)arguments);
	while (count > 0)
		free(arguments[--count]);
	free(service);
	free(user);
	free(rhost);
	free(password);
	return 0;
}
