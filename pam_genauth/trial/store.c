/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/text.h"

#define PATH_LIMIT 4096

static bool
fail(struct genauth_failure *failure, const char *path)
{
	return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s", path,
	    genauth_text_errno(errno));
}

/* The folder of a path, with the '/'. */
static int
folder_length(const char *path)
{
	return (int)(strrchr(path, '/') + 1 - path);
}

/* A hidden name, so that it is no service while it lies in /etc/pam.d. */
static void
make_draft(const char *path, char *draft)
{
	int length = folder_length(path);

	snprintf(draft, PATH_LIMIT, "%.*s.%s.genauthctl", length, path,
	    path + length);
}

/* A rename is only on disk when its folder is. */
static bool
sync_folder(const char *path, struct genauth_failure *failure)
{
	char folder[PATH_LIMIT];
	bool done;
	int fd;

	snprintf(folder, sizeof(folder), "%.*s", folder_length(path), path);
	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fail(failure, folder);
	done = fsync(fd) == 0 || fail(failure, folder);
	close(fd);
	return done;
}

static bool
write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* false with errno set. */
static bool
fill(int fd, const struct genauth_secret *content, const struct stat *like)
{
	return write_all(fd, content->data, content->length) &&
	    fchown(fd, like->st_uid, like->st_gid) == 0 &&
	    fchmod(fd, like->st_mode & 07777) == 0 && fsync(fd) == 0;
}

/*
 * Without a name until it is whole, so that nothing of it stays if we are
 * killed meanwhile.  false: not in this file system, or not without /proc.
 */
static bool
make_nameless(const char *draft, const struct genauth_secret *content,
    const struct stat *like)
{
	char folder[PATH_LIMIT], name[64];
	bool done;
	int fd;

	snprintf(folder, sizeof(folder), "%.*s", folder_length(draft), draft);
	fd = open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	done = fill(fd, content, like) && linkat(AT_FDCWD, name, AT_FDCWD,
	    draft, AT_SYMLINK_FOLLOW) == 0;
	close(fd);
	return done;
}

/* With its name from the beginning; false with errno set. */
static bool
make_named(const char *draft, const struct genauth_secret *content,
    const struct stat *like)
{
	int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	bool done;

	if (fd < 0)
		return false;
	done = fill(fd, content, like);
	return close(fd) == 0 && done;
}

bool
genauth_store_put(const char *path, const struct genauth_secret *content,
    const struct stat *like, struct genauth_failure *failure)
{
	char draft[PATH_LIMIT];

	make_draft(path, draft);
	unlink(draft);
	if ((!make_nameless(draft, content, like) &&
	    !make_named(draft, content, like)) || rename(draft, path) != 0) {
		fail(failure, draft);
		unlink(draft);
		return false;
	}
	return sync_folder(path, failure);
}

bool
genauth_store_copy(const char *from, const char *to,
    struct genauth_failure *failure)
{
	struct genauth_secret content;
	struct stat status;
	bool done = genauth_file_read_itself(from, GENAUTH_STORE_LIMIT, &content,
	    &status, failure) && genauth_store_put(to, &content, &status,
	    failure);

	genauth_secret_free(&content);
	return done;
}

bool
genauth_store_move(const char *from, const char *to,
    struct genauth_failure *failure)
{
	return (rename(from, to) == 0 || fail(failure, from)) &&
	    sync_folder(to, failure);
}

void
genauth_store_tidy(const char *path)
{
	char draft[PATH_LIMIT];

	make_draft(path, draft);
	unlink(draft);
}

bool
genauth_store_remove(const char *path, struct genauth_failure *failure)
{
	genauth_store_tidy(path);
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(failure, path);
	return sync_folder(path, failure);
}
