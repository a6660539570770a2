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

_Static_assert(sizeof(program) / sizeof(program[0]) > 64,
    "make_filter has printed too little");

/* Else it would complain about the missing program. */
static bool
is_without_seccomp(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != 0 &&
	    errno == EINVAL;
}

bool
genauth_filter_install(struct genauth_failure *failure)
{
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]),
	    program };

	int error;

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0)
		return true;
	/* EINVAL is also what a kernel says that does not like the program. */
	error = errno;
	if (error == EINVAL && is_without_seccomp())
		return true;
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "seccomp filter: %s (helper_seccomp = no does without)",
	    strerror(error));
}

#else

bool
genauth_filter_install(struct genauth_failure *failure)
{
	(void)failure;
	return true;
}

#endif
