/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the system calls of genauth-signin as make_filter does, but for the
 * machine of its argument, as libseccomp calls it, and with this machine's
 * numbers for what is not a system call.
 */
int make_filter_main(void);
#define main make_filter_main
#include "signin/make_filter.c"
#undef main

int
main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	uint32_t machine = argc == 2 ? seccomp_arch_resolve_name(argv[1]) : 0;
	FILE *file = tmpfile();
	int code = machine == 0 ? -EINVAL : 0;

	/* First away with ours: two orders of bytes are never in one. */
	if (code == 0 && machine != seccomp_arch_native()) {
		code = seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
		if (code == 0)
			code = seccomp_arch_add(filter, machine);
	}
	if (code == 0)
		code = make(filter, machine, fileno(file));
	if (code != 0)
		fprintf(stderr, "%s\n", strerror(-code));
	else if (!print(file))
		return 1;
	return code == 0 ? 0 : 1;
}
