/* SPDX-License-Identifier: BSD-2-Clause */
/* What both the module and genauth-signin call in the C library. */
#include "inject/inject.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

WRAP_INTERRUPTIBLE(ssize_t, read, (int fd, void *buffer, size_t size),
    (fd, buffer, size), EIO)
WRAP_INTERRUPTIBLE(ssize_t, recv,
    (int fd, void *buffer, size_t size, int flags), (fd, buffer, size, flags),
    ENOBUFS)
WRAP_INTERRUPTIBLE(ssize_t, send,
    (int fd, const void *data, size_t size, int flags),
    (fd, data, size, flags), ENOBUFS)
WRAP(int, fstat, (int fd, struct stat *status), (fd, status), -1, EIO)

/* ---- memory ---- */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
void __real_free(void *memory);
void __wrap_free(void *memory);

void *
__wrap_malloc(size_t size)
{
	void *memory = inject_fails("malloc", NULL, ENOMEM) ? NULL :
	    __real_malloc(size);

	inject_count_memory(memory != NULL);
	return memory;
}

void *
__wrap_calloc(size_t count, size_t size)
{
	void *memory = inject_fails("calloc", NULL, ENOMEM) ? NULL :
	    __real_calloc(count, size);

	inject_count_memory(memory != NULL);
	return memory;
}

char *
__wrap_strdup(const char *text)
{
	char *memory = inject_fails("strdup", NULL, ENOMEM) ? NULL :
	    __real_strdup(text);

	inject_count_memory(memory != NULL);
	return memory;
}

void
__wrap_free(void *memory)
{
	inject_count_memory(-(memory != NULL));
	__real_free(memory);
}

/* ---- descriptors ---- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __real_close(int fd);
int __wrap_close(int fd);
int __real_poll(struct pollfd *polled, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout);

int
__wrap_open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	if (inject_fails("open", NULL, EMFILE))
		return -1;
	return __real_open(path, flags, mode);
}

int
__wrap_openat(int folder, const char *path, int flags, ...)
{
	if (inject_fails("openat", NULL, ENFILE))
		return -1;
	return __real_openat(folder, path, flags);
}

#ifdef __GLIBC__
/* What openat is in a fortified build. */
int __real___openat_2(int folder, const char *path, int flags);
int __wrap___openat_2(int folder, const char *path, int flags);

int
__wrap___openat_2(int folder, const char *path, int flags)
{
	if (inject_fails("openat", NULL, ENFILE))
		return -1;
	return __real___openat_2(folder, path, flags);
}
#endif

/* As in the kernel, the descriptor is gone also when that is reported. */
int
__wrap_close(int fd)
{
	int result = __real_close(fd);

	return inject_fails("close", NULL, EIO) ? -1 : result;
}

/* The helper's short look whether it is asked already: nobody waits here. */
#define IS_LOOK(timeout) ((timeout) >= 0 && (timeout) <= 100)

int
__wrap_poll(struct pollfd *polled, nfds_t count, int timeout)
{
	if (inject_fails_or_interrupts("poll", IS_LOOK(timeout) ? "look" :
	    count > 1 ? "prepare" : NULL, ENOMEM))
		return -1;
	if (timeout < 0 && inject_waiting != NULL)
		inject_waiting();
	return __real_poll(polled, count, IS_LOOK(timeout) ? 0 : timeout);
}
