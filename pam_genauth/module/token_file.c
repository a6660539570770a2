/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/token_file.h"

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include <sys/random.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"
#include "common/text.h"
#include "login/state.h"
#include "module/context.h"
#include "module/export.h"

static const struct token {
	const char *variable, *file_variable, *ending;
} tokens[] = {
	{ GENAUTH_EXPORT_ID, GENAUTH_EXPORT_ID "_FILE", "id_token" },
	{ GENAUTH_EXPORT_ACCESS, GENAUTH_EXPORT_ACCESS "_FILE",
	    "access_token" },
};
#define TOKEN_COUNT (sizeof(tokens) / sizeof(tokens[0]))

/* ---- the folder ------------------------------------------------------------- */

static void
make_folder_path(char path[GENAUTH_STATE_PATH])
{
	snprintf(path, GENAUTH_STATE_PATH, "%s/session", genauth_paths.cache);
}

/* People may go through it to a file whose name they know, no more. */
static bool
make_folder(const char *path, struct genauth_failure *failure)
{
	if (!genauth_state_make_folder())
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s cannot be used", genauth_paths.cache);
	return genauth_file_make_shared(path, 0711, failure);
}

/*
 * When a process began, in the kernel's units, by proc_pid_stat(5): together
 * with its number, it tells that one process from all others.  0: unknown.
 */
static unsigned long long
began(pid_t pid)
{
	char path[64], text[1024] = "", *field;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	field = fgets(text, sizeof(text), file);
	fclose(file);
	/* The name, field 2, may have anything in it; 22 is what is wanted. */
	if (field != NULL)
		field = strrchr(text, ')');
	for (int i = 2; i < 22 && field != NULL; i++)
		field = strchr(field + 1, ' ');
	return field != NULL ? strtoull(field, NULL, 10) : 0;
}

/* Takes a number, and the character behind it, off the beginning. */
static bool
take_number(const char **name, char behind, unsigned long long *number)
{
	char *end;

	errno = 0;
	if (**name < '0' || **name > '9')
		return false;
	*number = strtoull(*name, &end, 10);
	if (errno != 0 || *end != behind)
		return false;
	*name = end + 1;
	return true;
}

/* Whether that is a file of the user's of a session that is no more. */
static bool
is_left_over(const char *name, uid_t uid)
{
	unsigned long long owner, pid, then, now;

	if (!take_number(&name, '-', &owner) ||
	    !take_number(&name, '.', &pid) ||
	    !take_number(&name, '-', &then) || owner != uid || pid == 0 ||
	    pid > INT_MAX)
		return false;
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return true;
	now = began((pid_t)pid);
	return now != 0 && then != 0 && now != then;
}

static void
remove_left_overs(const char *folder, uid_t uid)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (directory != NULL) {
		while ((entry = readdir(directory)) != NULL)
			if (is_left_over(entry->d_name, uid))
				unlinkat(fd, entry->d_name, 0);
		closedir(directory);
	} else if (fd >= 0) {
		close(fd);
	}
}

/* ---- the beginning ---------------------------------------------------------- */

/* false: errno says why; the kernel gives none for a half of it. */
static bool
write_token(int fd, const char *token, size_t length)
{
	ssize_t written;

	if (!genauth_state_fits_limit(length)) {
		errno = EFBIG;
		return false;
	}
	written = write(fd, token, length);
	if (written >= 0 && written != (ssize_t)length)
		errno = ENOSPC;
	return written == (ssize_t)length;
}

/* Written as root's, and only then the user's. */
static bool
write_file(const char *path, const struct passwd *entry, const char *token)
{
	size_t length = strlen(token);
	int fd = genauth_file_above_stdio(open(path, O_WRONLY | O_CREAT |
	    O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400));
	bool done = fd >= 0 && write_token(fd, token, length) &&
	    fchmod(fd, 0400) == 0 &&
	    fchown(fd, entry->pw_uid, entry->pw_gid) == 0;
	int code = errno;

	if (fd >= 0) {
		close(fd);
		if (!done)
			unlink(path);
	}
	errno = code;
	return done;
}

/* Nothing of it stays in the environment, whatever comes of it. */
static bool
move_token(pam_handle_t *pamh, const struct token *token, const char *start,
    const struct passwd *entry, struct genauth_failure *failure)
{
	const char *value = pam_getenv(pamh, token->variable);
	char setting[GENAUTH_STATE_PATH + 64], path[GENAUTH_STATE_PATH];
	bool done;

	if (value == NULL)
		return true;
	done = snprintf(path, sizeof(path), "%s.%s", start, token->ending) <
	    (int)sizeof(path) && write_file(path, entry, value);
	if (!done)
		genauth_failure_set(failure, GENAUTH_INTERNAL, "%s: %s", path,
		    genauth_text_errno(errno));
	pam_putenv(pamh, token->variable);
	snprintf(setting, sizeof(setting), "%s=%s", token->file_variable, path);
	if (done && pam_putenv(pamh, setting) != PAM_SUCCESS) {
		unlink(path);
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "the PAM environment cannot be set");
	}
	return done;
}

static bool
move_tokens(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	char folder[GENAUTH_STATE_PATH], start[GENAUTH_STATE_PATH + 128];
	const struct passwd *entry = context->entry;
	uint64_t random;
	bool done = true;

	make_folder_path(folder);
	if (entry == NULL || geteuid() != 0 || getrandom(&random,
	    sizeof(random), 0) != sizeof(random))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "no user, not root, or no random number");
	if (!make_folder(folder, failure))
		return false;
	remove_left_overs(folder, entry->pw_uid);
	snprintf(start, sizeof(start), "%s/%u-%ld.%llu-%016" PRIx64, folder,
	    (unsigned)entry->pw_uid, (long)getpid(), began(getpid()), random);
	for (size_t i = 0; i < TOKEN_COUNT; i++)
		done = move_token(context->pamh, &tokens[i], start, entry,
		    failure) && done;
	return done;
}

static bool
has_tokens(pam_handle_t *pamh)
{
	for (size_t i = 0; i < TOKEN_COUNT; i++)
		if (pam_getenv(pamh, tokens[i].variable) != NULL)
			return true;
	return false;
}

static void
drop_tokens(pam_handle_t *pamh)
{
	for (size_t i = 0; i < TOKEN_COUNT; i++)
		if (pam_getenv(pamh, tokens[i].variable) != NULL)
			pam_putenv(pamh, tokens[i].variable);
}

/* What is not handed over well is not handed over. */
static void
hand_over(const struct genauth_context *context)
{
	struct genauth_failure failure;
	bool done = !context->changes_user ?
	    move_tokens(context, &failure) : genauth_failure_set(&failure,
	    GENAUTH_INTERNAL, "the session is another user's");

	drop_tokens(context->pamh);
	if (!done)
		pam_syslog(context->pamh, LOG_ERR,
		    "token_file: no token for the session: %s", failure.text);
}

void
genauth_token_file_open(pam_handle_t *pamh, int flags, int argc,
    const char **argv)
{
	struct genauth_context context;
	struct genauth_failure failure;

	if (!has_tokens(pamh))
		return;
	if (!genauth_context_open(&context, pamh, flags, argc, argv,
	    &failure)) {
		drop_tokens(pamh);
		pam_syslog(pamh, LOG_ERR,
		    "no token for the session: %s", failure.text);
	} else if (context.options.token_file) {
		hand_over(&context);
	}
	genauth_context_close(&context);
}

/* ---- the end ---------------------------------------------------------------- */

/* Only what this module has made for that user: hosts may set variables. */
static void
remove_file(const char *path, uid_t uid)
{
	char start[GENAUTH_STATE_PATH + 32], folder[GENAUTH_STATE_PATH];
	struct stat status;

	make_folder_path(folder);
	snprintf(start, sizeof(start), "%s/%u-", folder, (unsigned)uid);
	if (strncmp(path, start, strlen(start)) == 0 &&
	    strchr(path + strlen(start), '/') == NULL &&
	    lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_uid == uid)
		unlink(path);
}

void
genauth_token_file_close(pam_handle_t *pamh)
{
	const struct passwd *entry = NULL;
	const void *user = NULL;
	const char *path;

	for (size_t i = 0; i < TOKEN_COUNT; i++) {
		path = pam_getenv(pamh, tokens[i].file_variable);
		if (path == NULL)
			continue;
		if (entry == NULL && pam_get_item(pamh, PAM_USER, &user) ==
		    PAM_SUCCESS && user != NULL)
			entry = pam_modutil_getpwnam(pamh, user);
		if (entry != NULL)
			remove_file(path, entry->pw_uid);
		pam_putenv(pamh, tokens[i].file_variable);
	}
}
