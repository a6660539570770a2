/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refuse SYSCALL ERROR COMMAND [ARGUMENT ...]: runs a command for which the
 * kernel answers a system call with that error number, as kernels that are
 * older and containers with a filter do.
 */
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (argc < 4 || filter == NULL || seccomp_rule_add(filter,
	    SCMP_ACT_ERRNO((unsigned)atoi(argv[2])),
	    seccomp_syscall_resolve_name(argv[1]), 0) != 0 ||
	    seccomp_load(filter) != 0) {
		fprintf(stderr, "refuse: cannot refuse %s\n",
		    argc > 1 ? argv[1] : "nothing");
		return 2;
	}
	seccomp_release(filter);
	execv(argv[3], argv + 3);
	perror(argv[3]);
	return 2;
}
