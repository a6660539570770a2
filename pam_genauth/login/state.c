/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/state.h"

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"

/* Nobody takes so long to write one. */
#define STOPPED_S 10

bool
genauth_state_make_folder(void)
{
	struct genauth_failure failure;

	return genauth_file_make_shared(genauth_paths.cache, 0755, &failure);
}

bool
genauth_state_fits_limit(size_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	    (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= size);
}

/*
 * The file that is to become the other.  It has one name only, so that
 * hosts that are killed while they write leave one file and not many; -1: it
 * cannot be had, or another login is writing it.
 */
static int
open_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat opened, named;

	if (fd < 0)
		return -1;
	/* Who had the lock before may have given the file its other name. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		if (fstat(fd, &opened) == 0 && lstat(path, &named) == 0 &&
		    opened.st_ino == named.st_ino &&
		    opened.st_dev == named.st_dev && ftruncate(fd, 0) == 0)
			return fd;
	} else if (fstat(fd, &opened) == 0 &&
	    time(NULL) - opened.st_mtime > STOPPED_S) {
		/* One that was stopped just here holds nobody up for long. */
		unlink(path);
	}
	close(fd);
	return -1;
}

void
genauth_state_store(const char *path, const struct genauth_secret *content,
    mode_t mode)
{
	char new_path[GENAUTH_STATE_PATH + 8];
	int fd;

	if (!genauth_state_fits_limit(content->length))
		return;
	snprintf(new_path, sizeof(new_path), "%s.new", path);
	if (!genauth_state_make_folder() || (fd = open_new(new_path)) < 0)
		return;
	if (write(fd, content->data, content->length) !=
	    (ssize_t)content->length || fchmod(fd, mode) != 0 ||
	    rename(new_path, path) != 0)
		unlink(new_path);
	close(fd);
}

