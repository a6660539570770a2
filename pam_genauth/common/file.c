/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/file.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_ours(const struct stat *status)
{
	return status->st_uid == 0 || status->st_uid == geteuid();
}

static bool
is_closed(const struct stat *status)
{
	bool sticky = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX);

	return (status->st_mode & (S_IWGRP | S_IWOTH)) == 0 || sticky;
}

/* Whoever may change the object at this length of the path may change us. */
static bool
check_owner(int fd, struct stat *status, const char *path, int length,
    struct genauth_failure *failure)
{
	if (fstat(fd, status) != 0)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%.*s: %s", length, path, genauth_text_errno(errno));
	if (!is_ours(status))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%.*s: belongs to uid %u, not to root (chown root it)",
		    length, path, (unsigned)status->st_uid);
	if (!is_closed(status))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%.*s: group or others may write to it (chmod go-w it)",
		    length, path);
	return true;
}

/* Opens what is in the folder, after it has made that folder if it is to. */
static int
open_next(int folder, const char *name, int flags, bool make, mode_t mode)
{
	int fd = openat(folder, name, O_NOFOLLOW | O_CLOEXEC | flags);

	if (fd < 0 && errno == ENOENT && make &&
	    (mkdirat(folder, name, mode) == 0 || errno == EEXIST))
		fd = openat(folder, name, O_NOFOLLOW | O_CLOEXEC | flags);
	return fd;
}

/*
 * Walks down the path one component at a time, so that what is checked is
 * what is opened; flags are for the last one.  Makes the folders that are
 * missing, if it is to.  Returns the open file or -1.
 */
static int
open_checked(const char *path, int flags, bool make, struct stat *status,
    struct genauth_failure *failure)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *start = path, *end;

	for (; fd >= 0; start = end) {
		char name[256];
		bool last;
		int next;

		start += strspn(start, "/");
		end = start + strcspn(start, "/");
		last = *end == '\0';
		if ((size_t)(end - start) >= sizeof(name)) {
			errno = ENAMETOOLONG;
			break;
		}
		memcpy(name, start, (size_t)(end - start));
		name[end - start] = '\0';

		next = open_next(fd, name, last ? flags : O_PATH | O_DIRECTORY,
		    make, last ? 0700 : 0755);
		if (next < 0)
			break;
		close(fd);
		fd = next;
		if (!check_owner(fd, status, path, (int)(end - path),
		    failure)) {
			close(fd);
			return -1;
		}
		if (last)
			return fd;
	}
	genauth_failure_set(failure, GENAUTH_CONFIG, "%.*s: %s",
	    (int)(start + strcspn(start, "/") - path), path,
	    errno == ELOOP ? "is a symbolic link, name the file itself" :
	    errno == ENOTDIR ? "is no directory (or a symbolic link to one)" :
	    genauth_text_errno(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Fills buffer up to size bytes; returns how many there were, or -1. */
static ssize_t
read_all(int fd, char *buffer, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t n = read(fd, buffer + length, size - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

static bool
open_directory(const char *path, bool make, struct genauth_failure *failure)
{
	struct stat status;
	int fd = open_checked(path, O_PATH | O_DIRECTORY, make, &status,
	    failure);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
genauth_file_check_directory(const char *path, struct genauth_failure *failure)
{
	return open_directory(path, false, failure);
}

bool
genauth_file_make_directory(const char *path, struct genauth_failure *failure)
{
	return open_directory(path, true, failure);
}

bool
genauth_file_is_private(const struct stat *status)
{
	return (status->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

int
genauth_file_open(const char *path, struct stat *status,
    struct genauth_failure *failure)
{
	int fd;

	if (path[0] != '/') {
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: not an absolute path", path);
		return -1;
	}
	if ((fd = open_checked(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, false,
	    status, failure)) < 0)
		return -1;
	if (!S_ISREG(status->st_mode)) {
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: not a regular file", path);
		close(fd);
		return -1;
	}
	return fd;
}

bool
genauth_file_read_open(int fd, const char *name, size_t limit,
    struct genauth_secret *content, struct genauth_failure *failure)
{
	/* One byte more than allowed, to see whether there is more. */
	char *buffer = calloc(1, limit + 1);
	ssize_t length = -1;
	bool done = false;

	*content = (struct genauth_secret){ 0 };
	if (buffer == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: out of memory", name);
	if ((length = read_all(fd, buffer, limit + 1)) < 0)
		genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s", name,
		    genauth_text_errno(errno));
	else if ((size_t)length > limit)
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: longer than %zu bytes", name, limit);
	else if (!(done = genauth_secret_set(content, buffer, (size_t)length)))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: out of memory", name);
	if (length > 0)
		explicit_bzero(buffer, (size_t)length);
	free(buffer);
	return done;
}

bool
genauth_file_read(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status_out,
    struct genauth_failure *failure)
{
	struct stat status;
	int fd = genauth_file_open(path, &status, failure);
	bool done;

	*content = (struct genauth_secret){ 0 };
	if (fd < 0)
		return false;
	done = genauth_file_read_open(fd, path, limit, content, failure);
	close(fd);
	if (done && status_out != NULL)
		*status_out = status;
	return done;
}
