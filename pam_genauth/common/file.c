/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/file.h"
#include "common/text.h"

#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* How a walk ends, and what may be done on the way. */
enum {
	FOLLOW = 1,	/* links, whose owner is checked like all else */
	MAKE = 2,	/* folders that are missing */
};

#define PATH_SIZE 4096
#define LINKS_LIMIT 16

/* From the root down, so that what is checked is what is opened. */
struct walk {
	int fd;			/* where it has come to */
	char shown[PATH_SIZE];	/* the path of that, for failures */
	char rest[PATH_SIZE];	/* what is to come */
	char name[256];		/* the next of it */
	bool last;		/* there is no other behind that */
	int links;
};

static bool
cannot_walk(const struct walk *walk, int error,
    struct genauth_failure *failure)
{
	return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s",
	    walk->shown, error == ELOOP ? "is a symbolic link, name the file "
	    "itself" : error == ENOTDIR ? "is no directory (or a symbolic "
	    "link to one)" : genauth_text_errno(error));
}

/* Takes the next name out of the rest. */
static bool
next_name(struct walk *walk, struct genauth_failure *failure)
{
	size_t skipped = strspn(walk->rest, "/");
	size_t length = strcspn(walk->rest + skipped, "/");
	size_t used = strlen(walk->shown);

	if (length >= sizeof(walk->name) ||
	    used + 1 + length >= sizeof(walk->shown))
		return cannot_walk(walk, ENAMETOOLONG, failure);
	memcpy(walk->name, walk->rest + skipped, length);
	walk->name[length] = '\0';
	memmove(walk->rest, walk->rest + skipped + length,
	    strlen(walk->rest + skipped + length) + 1);
	walk->last = walk->rest[strspn(walk->rest, "/")] == '\0';
	snprintf(walk->shown + used, sizeof(walk->shown) - used, "/%s",
	    walk->name);
	return true;
}

/* Whoever may change the object may change us. */
static bool
check_owner(const struct walk *walk, const struct stat *status,
    struct genauth_failure *failure)
{
	if (!is_ours(status))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: belongs to uid %u, not to root (chown root it)",
		    walk->shown, (unsigned)status->st_uid);
	/* The mode of a link says nothing. */
	if (!S_ISLNK(status->st_mode) && !is_closed(status))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: group or others may write to it (chmod go-w it)",
		    walk->shown);
	return true;
}

static int
open_root(void)
{
	return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Puts what a link names in its place.  Its folder has been checked, so only
 * who is trusted can have put it there, or can change it meanwhile.
 */
static bool
follow(struct walk *walk, const char *target, struct genauth_failure *failure)
{
	char rest[PATH_SIZE];
	struct stat status;

	if (fstatat(walk->fd, walk->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return cannot_walk(walk, errno, failure);
	if (!check_owner(walk, &status, failure))
		return false;
	if (++walk->links > LINKS_LIMIT)
		return cannot_walk(walk, ELOOP, failure);
	if (snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest) >=
	    (int)sizeof(rest))
		return cannot_walk(walk, ENAMETOOLONG, failure);
	memcpy(walk->rest, rest, sizeof(rest));
	*strrchr(walk->shown, '/') = '\0';
	if (target[0] != '/')
		return true;
	close(walk->fd);
	walk->shown[0] = '\0';
	walk->fd = open_root();
	return walk->fd >= 0 || cannot_walk(walk, errno, failure);
}

/* Opens the next, after it has made that folder if it is to. */
static bool
step(struct walk *walk, int flags, int how, struct stat *status,
    struct genauth_failure *failure)
{
	int fd;

	if (!walk->last)
		flags = O_PATH | O_DIRECTORY;
	flags |= O_NOFOLLOW | O_CLOEXEC;
	fd = openat(walk->fd, walk->name, flags);
	if (fd < 0 && errno == ENOENT && (how & MAKE) != 0 &&
	    (mkdirat(walk->fd, walk->name, walk->last ? 0700 : 0755) == 0 ||
	    errno == EEXIST))
		fd = openat(walk->fd, walk->name, flags);
	if (fd < 0)
		return cannot_walk(walk, errno, failure);
	close(walk->fd);
	walk->fd = fd;
	if (fstat(fd, status) != 0)
		return cannot_walk(walk, errno, failure);
	return check_owner(walk, status, failure);
}

/* Returns the open file, of which flags are, or -1. */
static int
open_checked(const char *path, int flags, int how, struct stat *status,
    struct genauth_failure *failure)
{
	struct walk walk = { .shown = "" };
	char target[PATH_SIZE];
	ssize_t length;
	bool good;

	*status = (struct stat){ 0 };
	if (snprintf(walk.rest, sizeof(walk.rest), "%s", path) >=
	    (int)sizeof(walk.rest)) {
		genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s", path,
		    genauth_text_errno(ENAMETOOLONG));
		return -1;
	}
	if ((walk.fd = open_root()) < 0) {
		cannot_walk(&walk, errno, failure);
		return -1;
	}
	do {
		good = next_name(&walk, failure);
		length = good && (how & FOLLOW) != 0 ? readlinkat(walk.fd,
		    walk.name, target, sizeof(target) - 1) : -1;
		if (length >= 0) {
			target[length] = '\0';
			good = follow(&walk, target, failure);
			walk.last = false;
		} else if (good) {
			good = step(&walk, flags, how, status, failure);
		}
	} while (good && !walk.last);
	if (good)
		return walk.fd;
	if (walk.fd >= 0)
		close(walk.fd);
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
open_directory(const char *path, int how, struct genauth_failure *failure)
{
	struct stat status;
	int fd = open_checked(path, O_PATH | O_DIRECTORY, how, &status,
	    failure);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
genauth_file_check_directory(const char *path, struct genauth_failure *failure)
{
	return open_directory(path, FOLLOW, failure);
}

bool
genauth_file_make_shared(const char *path, mode_t mode,
    struct genauth_failure *failure)
{
	if (mkdir(path, mode) == 0)
		chmod(path, mode);
	return genauth_file_check_directory(path, failure);
}

bool
genauth_file_make_directory(const char *path, struct genauth_failure *failure)
{
	return open_directory(path, MAKE, failure);
}

int
genauth_file_above_stdio(int fd)
{
	int moved, error;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = errno;
	close(fd);
	errno = error;
	return moved;
}

#ifdef HAVE_CLOSEFROM
void
genauth_file_close_from(int first)
{
	closefrom(first);
}
#else
/* musl has none.  More of them would take minutes. */
#define DESCRIPTOR_LIMIT 65536

void
genauth_file_close_from(int first)
{
	if (syscall(SYS_close_range, (long)first, (long)~0U, 0L) == 0)
		return;
	for (; first < DESCRIPTOR_LIMIT; first++)
		close(first);
}
#endif

bool
genauth_file_is_private(const struct stat *status)
{
	return (status->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static int
open_file(const char *path, int how, struct stat *status,
    struct genauth_failure *failure)
{
	int fd;

	if (path[0] != '/') {
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: not an absolute path", path);
		return -1;
	}
	if ((fd = open_checked(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, how,
	    status, failure)) < 0)
		return -1;
	if (!S_ISREG(status->st_mode)) {
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: not a regular file", path);
		close(fd);
		return -1;
	}
	if ((fd = genauth_file_above_stdio(fd)) < 0)
		genauth_failure_set(failure, GENAUTH_INTERNAL, "%s: %s", path,
		    genauth_text_errno(errno));
	return fd;
}

int
genauth_file_open(const char *path, struct stat *status,
    struct genauth_failure *failure)
{
	return open_file(path, FOLLOW, status, failure);
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

static bool
read_file(const char *path, int how, size_t limit,
    struct genauth_secret *content, struct stat *status_out,
    struct genauth_failure *failure)
{
	struct stat status;
	int fd = open_file(path, how, &status, failure);
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

bool
genauth_file_read(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure)
{
	return read_file(path, FOLLOW, limit, content, status, failure);
}

bool
genauth_file_read_itself(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure)
{
	return read_file(path, 0, limit, content, status, failure);
}
