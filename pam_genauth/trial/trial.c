/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial/trial.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/text.h"
#include "trial/store.h"

#define PATH_LIMIT 4096
#define ENDING GENAUTH_TRIAL_ENDING

/* A file in the state directory. */
static const char *
state_file(const struct genauth_trial *trial, const char *ending, char *path)
{
	snprintf(path, PATH_LIMIT, "%s/%s%s", trial->state_dir,
	    trial->service, ending);
	return path;
}

static const char *
stack_file(const struct genauth_trial *trial, char *path)
{
	snprintf(path, PATH_LIMIT, "%s/%s", trial->pam_dir, trial->service);
	return path;
}

/*
 * A copy of the old stack beside it, so that the way back needs no space on
 * the disk; libpam finds no service in a hidden file.
 */
static const char *
spare_file(const struct genauth_trial *trial, char *path)
{
	snprintf(path, PATH_LIMIT, "%s/.%s.genauthctl-old", trial->pam_dir,
	    trial->service);
	return path;
}

static bool
exists(const struct genauth_trial *trial, const char *ending)
{
	char path[PATH_LIMIT];

	return access(state_file(trial, ending, path), F_OK) == 0;
}

static bool
fail(struct genauth_failure *failure, const char *path)
{
	return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s", path,
	    genauth_text_errno(errno));
}

/* Renames a file to the base with the first number that is free. */
static bool
set_aside(const char *from, const char *base, struct genauth_failure *failure)
{
	char path[PATH_LIMIT + 16];
	unsigned number = 1;

	do
		snprintf(path, sizeof(path), "%s.%u", base, number);
	while (access(path, F_OK) == 0 && number++ < 10000);
	return rename(from, path) == 0 || fail(failure, from);
}

/* Milliseconds since the machine started, also those it slept. */
static long long
now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* The name of this run of the machine; "" where the kernel does not tell. */
static void
read_boot_id(char id[64])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (file == NULL || fscanf(file, "%63s", id) != 1)
		id[0] = '\0';
	if (file != NULL)
		fclose(file);
}

int
genauth_trial_lock(const char *state_dir, struct genauth_failure *failure)
{
	char path[PATH_LIMIT];
	int fd = -1;

	if (!genauth_file_make_directory(state_dir, failure))
		return -1;
	snprintf(path, sizeof(path), "%s/lock", state_dir);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	fail(failure, state_dir);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Whether both files are there and alike, also in owner and mode. */
static bool
are_equal(const char *a, const char *b)
{
	struct genauth_secret first, second = { 0 };
	struct stat one, other;
	struct genauth_failure ignored;
	bool equal = genauth_file_read_itself(a, GENAUTH_STORE_LIMIT, &first, &one,
	    &ignored) && genauth_file_read_itself(b, GENAUTH_STORE_LIMIT, &second,
	    &other, &ignored) && first.length == second.length &&
	    memcmp(first.data, second.data, first.length) == 0 &&
	    one.st_uid == other.st_uid && one.st_gid == other.st_gid &&
	    one.st_mode == other.st_mode;

	genauth_secret_free(&first);
	genauth_secret_free(&second);
	return equal;
}

void
genauth_trial_read_place(const struct genauth_trial *trial,
    char place[GENAUTH_TRIAL_PLACE])
{
	struct genauth_secret content;
	struct genauth_failure ignored;
	char path[PATH_LIMIT];

	place[0] = '\0';
	if (genauth_file_read_itself(state_file(trial, ".place", path),
	    GENAUTH_TRIAL_PLACE - 1, &content, NULL, &ignored))
		snprintf(place, GENAUTH_TRIAL_PLACE, "%s", content.data);
	genauth_secret_free(&content);
}

static bool
write_state(const struct genauth_trial *trial, const char *ending, char *text,
    struct genauth_failure *failure)
{
	struct stat like = { .st_uid = geteuid(), .st_gid = getegid(),
	    .st_mode = 0600 };
	struct genauth_secret content = { .data = text,
	    .length = strlen(text) };
	char path[PATH_LIMIT];

	return genauth_store_put(state_file(trial, ending, path), &content,
	    &like, failure);
}

bool
genauth_trial_check_place(const struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	char place[GENAUTH_TRIAL_PLACE];

	genauth_trial_read_place(trial, place);
	if ((!exists(trial, ENDING) && !exists(trial, ".kept")) ||
	    strcmp(place, trial->pam_dir) == 0)
		return true;
	return genauth_failure_set(failure, GENAUTH_CONFIG, "%s has the old "
	    "stack of %s/%s, not of %s/%s", trial->state_dir, place,
	    trial->service, trial->pam_dir, trial->service);
}

/* The second half of "keep"; "undo" goes back to the first that was kept. */
static bool
settle_old(const struct genauth_trial *trial, struct genauth_failure *failure)
{
	char old[PATH_LIMIT], kept[PATH_LIMIT],
	    place[GENAUTH_TRIAL_PLACE];

	state_file(trial, ".old", old);
	state_file(trial, ".kept", kept);
	genauth_trial_read_place(trial, place);
	if (access(old, F_OK) != 0)
		return true;
	if (access(kept, F_OK) == 0 || strcmp(place, trial->pam_dir) != 0)
		return set_aside(old, kept, failure);
	return rename(old, kept) == 0 || fail(failure, old);
}

bool
genauth_trial_save(struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	char stack[PATH_LIMIT], old[PATH_LIMIT], spare[PATH_LIMIT];

	stack_file(trial, stack);
	state_file(trial, ".old", old);
	/* One without a trial, and unlike the stack: "keep" was cut short. */
	if (access(old, F_OK) == 0 && !are_equal(stack, old) &&
	    !settle_old(trial, failure))
		return false;
	return write_state(trial, ".place", trial->pam_dir, failure) &&
	    genauth_store_copy(stack, old, failure) &&
	    genauth_store_copy(stack, spare_file(trial, spare), failure);
}

bool
genauth_trial_note(const struct genauth_trial *trial, long long ms,
    struct genauth_failure *failure)
{
	char text[256], boot_id[64];

	read_boot_id(boot_id);
	if (boot_id[0] == '\0')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "/proc/sys/kernel/random/boot_id cannot be read");
	snprintf(text, sizeof(text), "boot %s\nuntil %lld\n", boot_id,
	    now_ms() + ms);
	return write_state(trial, ENDING, text, failure);
}

bool
genauth_trial_install(const struct genauth_trial *trial, const char *example,
    struct genauth_failure *failure)
{
	struct genauth_secret content;
	struct stat status;
	char path[PATH_LIMIT];
	bool done;

	stack_file(trial, path);
	done = genauth_file_read_itself(example, GENAUTH_STORE_LIMIT, &content, NULL,
	    failure);
	if (done && stat(path, &status) != 0)
		done = fail(failure, path);
	done = done && genauth_store_put(path, &content, &status, failure);
	genauth_secret_free(&content);
	return done;
}

/*
 * Keeps what is in the place of the old stack, perhaps edited, as .tried; what
 * that was before gets a number.  It must not hold us up; whether it is kept.
 */
static bool
keep_tried(const struct genauth_trial *trial, const char *stack)
{
	struct genauth_failure ignored;
	char tried[PATH_LIMIT], target[PATH_LIMIT];
	struct stat status;
	ssize_t length;

	state_file(trial, ".tried", tried);
	if (are_equal(stack, tried))
		return true;
	if (lstat(tried, &status) == 0 && !set_aside(tried, tried, &ignored))
		return false;
	/* Somebody has put a link there meanwhile. */
	length = readlink(stack, target, sizeof(target) - 1);
	if (length < 0)
		return genauth_store_copy(stack, tried, &ignored);
	target[length] = '\0';
	return symlink(target, tried) == 0;
}

static bool
put_back(const char *old, const char *spare, const char *stack,
    struct genauth_failure *failure)
{
	genauth_store_tidy(stack);
	if (are_equal(old, stack))
		return true;
	/* A rename needs no space. */
	return (are_equal(old, spare) && genauth_store_move(spare, stack,
	    failure)) || genauth_store_copy(old, stack, failure);
}

bool
genauth_trial_restore(struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	const char *ending = exists(trial, ENDING) ? ".old" : ".kept";
	char stack[PATH_LIMIT], old[PATH_LIMIT], spare[PATH_LIMIT],
	    state[PATH_LIMIT];

	trial->has_tried = false;
	state_file(trial, ending, old);
	state_file(trial, ENDING, state);
	if (trial->pam_dir[0] != '/')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s/%s.place: names no folder; copy %s back by hand and "
		    "remove %s", trial->state_dir, trial->service, old, state);
	stack_file(trial, stack);
	spare_file(trial, spare);
	if (!are_equal(stack, old))
		trial->has_tried = keep_tried(trial, stack);
	return put_back(old, spare, stack, failure) &&
	    genauth_store_remove(state, failure) &&
	    genauth_store_remove(old, failure) &&
	    genauth_store_remove(spare, failure) && (exists(trial, ".kept") ||
	    genauth_store_remove(state_file(trial, ".place", state), failure));
}

bool
genauth_trial_was_kept(const struct genauth_trial *trial, time_t *since)
{
	char path[PATH_LIMIT];
	struct stat status;

	if (stat(state_file(trial, ".kept", path), &status) != 0)
		return false;
	*since = status.st_mtime;
	return true;
}

bool
genauth_trial_has_ended(const struct genauth_trial *trial)
{
	char path[PATH_LIMIT];
	struct stat status;

	return lstat(state_file(trial, ".tried", path), &status) == 0;
}

bool
genauth_trial_settle(const struct genauth_trial *trial, bool *kept,
    struct genauth_failure *failure)
{
	char stack[PATH_LIMIT], old[PATH_LIMIT], spare[PATH_LIMIT],
	    place[GENAUTH_TRIAL_PLACE];

	*kept = false;
	genauth_trial_read_place(trial, place);
	if (strcmp(place, trial->pam_dir) != 0)
		return true;
	state_file(trial, ".old", old);
	/* If the stack is the old one, it was a try or an undo. */
	if (are_equal(stack_file(trial, stack), old)) {
		if (!genauth_store_remove(old, failure))
			return false;
	} else if (exists(trial, ".old")) {
		*kept = true;
	}
	return settle_old(trial, failure) && genauth_store_remove(spare_file(
	    trial, spare), failure);
}

bool
genauth_trial_keep(const struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	char path[PATH_LIMIT];

	/* Only what stands there after the last trial says how that ended. */
	if (genauth_trial_has_ended(trial) && !set_aside(state_file(trial,
	    ".tried", path), path, failure))
		return false;
	return genauth_store_remove(state_file(trial, ENDING, path),
	    failure) && settle_old(trial, failure) &&
	    genauth_store_remove(spare_file(trial, path), failure);
}

bool
genauth_trial_find(const struct genauth_trial *trial, long long *left)
{
	struct genauth_secret content;
	struct genauth_failure ignored;
	char path[PATH_LIMIT], boot_id[64], written[64], number[32];
	long long until;

	*left = 0;
	if (!genauth_file_read_itself(state_file(trial, ENDING, path),
	    GENAUTH_STORE_LIMIT, &content, NULL, &ignored))
		/* What cannot be read is overdue. */
		return exists(trial, ENDING);
	read_boot_id(boot_id);
	if (sscanf(content.data, "boot %63s until %31s", written, number) ==
	    2 && genauth_text_parse_number(number, &until) &&
	    strcmp(written, boot_id) == 0 && until > now_ms())
		*left = until - now_ms();
	genauth_secret_free(&content);
	return true;
}
