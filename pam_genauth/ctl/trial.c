/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/trial.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/text.h"
#include "ctl/store.h"

#define PATH_LIMIT 4096
#define ENDING ".trial"

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

static bool
exists(const struct genauth_trial *trial, const char *ending)
{
	char path[PATH_LIMIT];

	return access(state_file(trial, ending, path), F_OK) == 0;
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

	/* The folder above it belongs to the package. */
	snprintf(path, sizeof(path), "%s", state_dir);
	*strrchr(path, '/') = '\0';
	if ((mkdir(path, 0755) != 0 && errno != EEXIST) ||
	    (mkdir(state_dir, 0700) != 0 && errno != EEXIST))
		goto fail;
	if (!genauth_file_check_directory(state_dir, failure))
		return -1;
	snprintf(path, sizeof(path), "%s/lock", state_dir);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
fail:
	genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s", state_dir,
	    genauth_text_errno(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Whether both files are there and alike. */
static bool
are_equal(const char *a, const char *b)
{
	struct genauth_secret first, second = { 0 };
	struct genauth_failure ignored;
	bool equal = genauth_file_read(a, GENAUTH_STORE_LIMIT, &first, NULL,
	    &ignored) && genauth_file_read(b, GENAUTH_STORE_LIMIT, &second,
	    NULL, &ignored) && first.length == second.length &&
	    memcmp(first.data, second.data, first.length) == 0;

	genauth_secret_free(&first);
	genauth_secret_free(&second);
	return equal;
}

/* The second half of "keep". */
static bool
settle_old(const struct genauth_trial *trial, struct genauth_failure *failure)
{
	char old[PATH_LIMIT], kept[PATH_LIMIT];

	state_file(trial, ".old", old);
	state_file(trial, ".kept", kept);
	if (access(kept, F_OK) != 0 && rename(old, kept) != 0)
		return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s",
		    old, genauth_text_errno(errno));
	return genauth_store_remove(old, failure);
}

bool
genauth_trial_save(const struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	char stack[PATH_LIMIT], old[PATH_LIMIT];

	stack_file(trial, stack);
	state_file(trial, ".old", old);
	/* One without a trial, and unlike the stack: "keep" was cut short. */
	if (access(old, F_OK) == 0 && !are_equal(stack, old) &&
	    !settle_old(trial, failure))
		return false;
	return genauth_store_copy(stack, old, failure);
}

bool
genauth_trial_note(const struct genauth_trial *trial, long long ms,
    struct genauth_failure *failure)
{
	struct stat like = { .st_uid = geteuid(), .st_gid = getegid(),
	    .st_mode = 0600 };
	struct genauth_secret content;
	char path[PATH_LIMIT], text[2048], boot_id[64];

	read_boot_id(boot_id);
	if (boot_id[0] == '\0')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "/proc/sys/kernel/random/boot_id cannot be read");
	content.length = (size_t)snprintf(text, sizeof(text),
	    "pam_dir %s\nboot %s\nuntil %lld\n", trial->pam_dir, boot_id,
	    now_ms() + ms);
	content.data = text;
	return genauth_store_put(state_file(trial, ENDING, path), &content,
	    &like, failure);
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
	done = genauth_file_read(example, GENAUTH_STORE_LIMIT, &content, NULL,
	    failure);
	if (done && stat(path, &status) != 0)
		done = genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s",
		    path, genauth_text_errno(errno));
	done = done && genauth_store_put(path, &content, &status, failure);
	genauth_secret_free(&content);
	return done;
}

bool
genauth_trial_restore(const struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	const char *ending = exists(trial, ENDING) ? ".old" : ".kept";
	char stack[PATH_LIMIT], old[PATH_LIMIT], tried[PATH_LIMIT],
	    state[PATH_LIMIT];
	struct genauth_failure ignored;

	state_file(trial, ending, old);
	state_file(trial, ENDING, state);
	if (trial->pam_dir[0] != '/')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: names no folder; copy %s back by hand and remove it",
		    state, old);
	stack_file(trial, stack);
	/* It may have been edited meanwhile; but it must not hold us up. */
	if (!are_equal(stack, old))
		genauth_store_copy(stack, state_file(trial, ".tried", tried),
		    &ignored);
	return genauth_store_copy(old, stack, failure) &&
	    genauth_store_remove(state, failure) &&
	    genauth_store_remove(old, failure);
}

bool
genauth_trial_was_kept(const struct genauth_trial *trial)
{
	return exists(trial, ".kept");
}

bool
genauth_trial_keep(const struct genauth_trial *trial,
    struct genauth_failure *failure)
{
	char state[PATH_LIMIT];

	return genauth_store_remove(state_file(trial, ENDING, state),
	    failure) && settle_old(trial, failure);
}

bool
genauth_trial_find(struct genauth_trial *trial, long long *left)
{
	struct genauth_secret content;
	struct genauth_failure ignored;
	char path[PATH_LIMIT], boot_id[64], written[64], number[32];
	long long until;

	*left = 0;
	if (!genauth_file_read(state_file(trial, ENDING, path),
	    GENAUTH_STORE_LIMIT, &content, NULL, &ignored))
		return false;
	read_boot_id(boot_id);
	if (sscanf(content.data, "pam_dir %1023[^\n] boot %63s until %31s",
	    trial->pam_dir, written, number) == 3 &&
	    genauth_text_parse_number(number, &until) &&
	    strcmp(written, boot_id) == 0 && until > now_ms())
		*left = until - now_ms();
	genauth_secret_free(&content);
	return true;
}

/* The service whose trial this file of the state directory is. */
static bool
is_trial(const char *name, char *service, size_t size)
{
	size_t length = strlen(name), ending = strlen(ENDING);

	if (name[0] == '.' || length <= ending || length - ending >= size ||
	    strcmp(name + length - ending, ENDING) != 0)
		return false;
	snprintf(service, size, "%.*s", (int)(length - ending), name);
	return true;
}

bool
genauth_trial_end_overdue(const char *state_dir, genauth_trial_report *report,
    unsigned *left)
{
	struct genauth_trial trial = { .state_dir = state_dir };
	struct genauth_failure failure;
	struct dirent *entry;
	char service[256];
	long long ms;
	bool good = true, done;
	DIR *folder;
	int lock;

	*left = 0;
	/* Nothing has ever been tried, or we may not look. */
	if ((folder = opendir(state_dir)) == NULL)
		return true;
	if ((lock = genauth_trial_lock(state_dir, &failure)) < 0) {
		closedir(folder);
		return false;
	}
	while ((entry = readdir(folder)) != NULL) {
		if (!is_trial(entry->d_name, service, sizeof(service)))
			continue;
		trial.service = service;
		if (!genauth_trial_find(&trial, &ms))
			continue;
		done = false;
		if (ms == 0) {
			done = genauth_trial_restore(&trial, &failure);
			report(&trial, done ? NULL : &failure);
			good = good && done;
		}
		*left += !done;
	}
	closedir(folder);
	close(lock);
	return good;
}
