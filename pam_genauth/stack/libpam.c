/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/libpam.h"

#include <security/pam_appl.h>
#include <sys/mman.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/*
 * Whether libpam gets to the end of a stack.  Nothing of it is called, and no
 * file is written.
 */
static bool
can_read(const char *stack, pam_handle_t **handle)
{
	const struct pam_conv conversation = { 0 };
	int fd = memfd_create("stack", MFD_CLOEXEC);
	char service[16];
	bool can;

	snprintf(service, sizeof(service), "%d", fd);
	can = fd >= 0 && write(fd, stack, strlen(stack)) ==
	    (ssize_t)strlen(stack) && pam_start_confdir(service, NULL,
	    &conversation, "/proc/self/fd", handle) == PAM_SUCCESS;
	if (fd >= 0)
		close(fd);
	return can;
}

static enum genauth_libpam
find_out(void)
{
	/* For good: pam_end() would report an unknown user to auditd. */
	static pam_handle_t *handles[2];
	/* libpam would log that these are no stacks. */
	int mask = setlogmask(LOG_MASK(LOG_DEBUG));
	enum genauth_libpam found = GENAUTH_LIBPAM_UNKNOWN;

	/* Up to 1.5, the second ends within a continuation. */
	if (can_read("account\n", &handles[0]))
		found = can_read("account \\\n\n", &handles[1]) ?
		    GENAUTH_LIBPAM_NEW : GENAUTH_LIBPAM_OLD;
	setlogmask(mask);
	return found;
}

enum genauth_libpam
genauth_libpam_get(void)
{
	static enum genauth_libpam found;

	if (found == GENAUTH_LIBPAM_UNKNOWN)
		found = find_out();
	return found;
}
