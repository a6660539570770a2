/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/filter.h"

#ifdef HAVE_SECCOMP

#include <sys/prctl.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>

/* Made by make_filter.c, where the list is. */
static struct sock_filter program[] = {
#include "signin/filter_program.h"
};

bool
genauth_filter_install(struct genauth_failure *failure)
{
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]),
	    program };

	/* EINVAL: a kernel without seccomp. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 ||
	    errno == EINVAL)
		return true;
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "seccomp filter: %s (helper_seccomp = no does without)",
	    strerror(errno));
}

#else

bool
genauth_filter_install(struct genauth_failure *failure)
{
	(void)failure;
	return true;
}

#endif
