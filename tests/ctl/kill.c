/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill.so: preloaded, kills the program right before the n-th call that
 * changes what is on disk; KILL_AT has the n.  Its children live.  fsync(2)
 * is left out: it stands behind such a call and before the next.  With
 * NO_LINKAT no file gets its name only when it is whole.
 */
#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static pid_t own;
static long left;

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("KILL_AT");

	own = getpid();
	left = at != NULL ? atol(at) : 0;
}

static void *
next(const char *name)
{
	if (getpid() == own && left > 0 && --left == 0)
		raise(SIGKILL);
	return dlsym(RTLD_NEXT, name);
}

#define WRAP(name, types, values) \
	__attribute__((visibility("default"))) int name types; \
	int name types \
	{ \
		int (*real) types; \
		*(void **)&real = next(#name); \
		return real values; \
	}

WRAP(rename, (const char *from, const char *to), (from, to))
WRAP(unlink, (const char *path), (path))
WRAP(symlink, (const char *to, const char *path), (to, path))
WRAP(mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(fchmod, (int fd, mode_t mode), (fd, mode))

__attribute__((visibility("default"))) int
linkat(int from_folder, const char *from, int to_folder, const char *to,
    int flags)
{
	int (*real)(int, const char *, int, const char *, int);

	*(void **)&real = next("linkat");
	if (getenv("NO_LINKAT") == NULL)
		return real(from_folder, from, to_folder, to, flags);
	errno = ENOENT;
	return -1;
}
