/* SPDX-License-Identifier: BSD-2-Clause */
/* What both the module and genauth-signin call in the C library. */
#include "inject/inject.h"

#include <sys/socket.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

WRAP_INTERRUPTIBLE(ssize_t, read, (int fd, void *buffer, size_t size),
    (fd, buffer, size), EIO)
WRAP_INTERRUPTIBLE(ssize_t, recvmsg,
    (int fd, struct msghdr *message, int flags), (fd, message, flags), ENOBUFS)
WRAP_INTERRUPTIBLE(ssize_t, sendmsg,
    (int fd, const struct msghdr *message, int flags), (fd, message, flags),
    ENOBUFS)

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

int __real_close(int fd);
int __wrap_close(int fd);
int __real_poll(struct pollfd *polled, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout);

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
	if (inject_fails_or_interrupts("poll", polled->events == 0 ?
	    "alive" : IS_LOOK(timeout) ? "look" :
	    count > 1 ? "prepare" : NULL, ENOMEM))
		return -1;
	/* For the person who types; the other waits are shorter. */
	if ((timeout < 0 || timeout > 100000 || count > 1) &&
	    inject_waiting != NULL)
		inject_waiting();
	return __real_poll(polled, count, IS_LOOK(timeout) ? 0 : timeout);
}
