/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt.so: preloaded, sends the program a signal, of the number in
 * INTERRUPT, right behind the prompt that it writes to /dev/tty: before it can
 * wait for an answer.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int number;

/* Before main(), which lets go of the environment. */
__attribute__((constructor)) static void
begin(void)
{
	const char *value = getenv("INTERRUPT");

	number = value != NULL ? atoi(value) : 0;
}

__attribute__((visibility("default"))) ssize_t
write(int fd, const void *data, size_t size)
{
	ssize_t (*real)(int, const void *, size_t), n;

	*(void **)&real = dlsym(RTLD_NEXT, "write");
	n = real(fd, data, size);
	if (number != 0 && size > 1 && fd > STDERR_FILENO && isatty(fd))
		raise(number);
	return n;
}
