/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/cache.h"

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"

#define PATH_SIZE 512

/* Nobody takes so long to write a key. */
#define STOPPED_S 10

/* false: the options ask for no key, or the name is too long. */
static bool
make_path(const struct genauth_options *options, char path[PATH_SIZE])
{
	const char *type = genauth_options_word(options,
	    GENAUTH_OPTION_password_encrypt_type);
	/* Checked by options.c: https:// and no '/' behind it. */
	const char *host = options->app_host + strlen("https://");

	return options->password_encrypt_type != GENAUTH_ENCRYPT_NONE &&
	    snprintf(path, PATH_SIZE, "%s/%s-%s", genauth_paths.cache, type,
	    host) < PATH_SIZE;
}

void
genauth_cache_load(const struct genauth_options *options,
    struct genauth_secret *key)
{
	struct genauth_failure failure;
	time_t now = time(NULL);
	char path[PATH_SIZE];
	struct stat status;

	*key = (struct genauth_secret){ 0 };
	if (!make_path(options, path) || !genauth_file_read_itself(path,
	    GENAUTH_PUBLIC_KEY_LIMIT, key, &status, &failure))
		return;
	if (key->length == 0 || strlen(key->data) != key->length ||
	    status.st_mtime > now ||
	    now - status.st_mtime >= GENAUTH_CACHE_LIFETIME)
		genauth_secret_free(key);
}

bool
genauth_cache_make_folder(void)
{
	struct genauth_failure failure;

	if (mkdir(genauth_paths.cache, 0755) == 0)
		chmod(genauth_paths.cache, 0755);
	return genauth_file_check_directory(genauth_paths.cache, &failure);
}

/*
 * Whether a file of that size may be written; beyond the limit the kernel
 * would end the host with SIGXFSZ.
 */
static bool
fits_limit(size_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	    (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= size);
}

/*
 * The file that is to become the cached one.  It has one name only, so that
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

/* Whole or not at all: other logins may read at this moment. */
static void
store(const char *path, const struct genauth_secret *key)
{
	char new_path[PATH_SIZE + 8];
	int fd;

	if (!fits_limit(key->length))
		return;
	snprintf(new_path, sizeof(new_path), "%s.new", path);
	if (!genauth_cache_make_folder() || (fd = open_new(new_path)) < 0)
		return;
	if (write(fd, key->data, key->length) != (ssize_t)key->length ||
	    fchmod(fd, 0644) != 0 || rename(new_path, path) != 0)
		unlink(new_path);
	close(fd);
}

void
genauth_cache_update(const struct genauth_options *options,
    const struct genauth_keep *keep)
{
	char path[PATH_SIZE];

	if (!keep->is_there || !make_path(options, path))
		return;
	if (keep->password_key.length > 0)
		store(path, &keep->password_key);
	else
		unlink(path);
}
