/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/filter.h"

#include <errno.h>

#ifdef HAVE_SECCOMP

#include <sys/prctl.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

/* Made by make_filter.c, where the list is. */
static struct sock_filter program[] = {
#include "signin/filter_program.h"
};

_Static_assert(sizeof(program) / sizeof(program[0]) > 64,
    "make_filter has printed too little");

const bool genauth_filter_is_built = true;

bool
genauth_filter_install(void)
{
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]),
	    program };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#else

const bool genauth_filter_is_built = false;

bool
genauth_filter_install(void)
{
	errno = ENOSYS;
	return false;
}

#endif
