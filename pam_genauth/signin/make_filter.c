/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make_filter: runs at build time and prints the system calls that
 * genauth-signin may make, as a program for the kernel (struct sock_filter).
 * libseccomp takes as long to make it as a login may take for all the rest.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Names, because not every machine has every call. */
static const char *const allowed[] = {
	/* memory */
	"brk", "madvise", "mmap", "mmap2", "mprotect", "mremap", "munmap",
	/* descriptors */
	"close", "dup", "eventfd2", "fcntl", "fcntl64", "lseek", "_llseek",
	"pipe2", "pread64", "read", "readv", "write", "writev",
	/* looking at files */
	"access", "faccessat", "faccessat2", "fstat", "fstat64", "fstatat64",
	"fstatfs", "fstatfs64", "getcwd", "getdents", "getdents64", "lstat",
	"lstat64", "newfstatat", "readlink", "readlinkat", "stat", "stat64",
	"statfs", "statfs64", "statx",
	/* sockets */
	"bind", "connect", "getpeername", "getsockname", "getsockopt", "recv",
	"recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg", "send",
	"sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown",
	"socketpair",
	/* waiting */
	"_newselect", "clock_nanosleep", "clock_nanosleep_time64",
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "nanosleep",
	"poll", "ppoll", "ppoll_time64", "pselect6", "pselect6_time64",
	"select",
	/* threads, of the resolver */
	"exit", "futex", "futex_time64", "membarrier", "rseq", "sched_yield",
	"sched_getaffinity", "set_robust_list", "set_tid_address",
	/* oneself */
	"clock_getres", "clock_gettime", "clock_gettime64", "exit_group",
	"getegid", "getegid32", "geteuid", "geteuid32", "getgid", "getgid32",
	"getpid", "getrandom", "getresgid", "getresgid32", "getresuid",
	"getresuid32", "getrlimit", "gettid", "gettimeofday", "getuid",
	"getuid32", "restart_syscall", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sigaltstack", "sigreturn", "sysinfo", "time",
	"ugetrlimit", "uname",
};

/* Calls of which only some arguments are allowed. */
static const struct {
	const char *name;
	struct scmp_arg_cmp argument;
} restricted[] = {
/* O_TMPFILE needs write access.  It contains O_DIRECTORY, which is fine. */
#define OPEN_MASK (O_ACCMODE | O_CREAT | O_TRUNC)
	{ "open", SCMP_A1_64(SCMP_CMP_MASKED_EQ, OPEN_MASK, O_RDONLY) },
	{ "openat", SCMP_A2_64(SCMP_CMP_MASKED_EQ, OPEN_MASK, O_RDONLY) },
#undef OPEN_MASK
	/* clone3 hides its flags in memory: it is not listed, clone is used. */
	{ "clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD) },
	{ "socket", SCMP_A0_64(SCMP_CMP_EQ, AF_INET, 0) },
	{ "socket", SCMP_A0_64(SCMP_CMP_EQ, AF_INET6, 0) },
	/* nscd, systemd-resolved */
	{ "socket", SCMP_A0_64(SCMP_CMP_EQ, AF_UNIX, 0) },
	/* getaddrinfo asks for the interfaces' addresses */
	{ "socket", SCMP_A0_64(SCMP_CMP_EQ, AF_NETLINK, 0) },
	{ "ioctl", SCMP_A1_64(SCMP_CMP_EQ, FIONREAD, 0) },
	{ "ioctl", SCMP_A1_64(SCMP_CMP_EQ, FIONBIO, 0) },
	/* reading limits, not setting them */
	{ "prlimit64", SCMP_A2_64(SCMP_CMP_EQ, 0, 0) },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Returns 0 or a negative error number, as libseccomp does. */
static int
allow(scmp_filter_ctx filter, const char *name, unsigned count,
    const struct scmp_arg_cmp *argument)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, count,
	    argument);
}

/* Returns 0 or a negative error number, as libseccomp does. */
static int
make(scmp_filter_ctx filter, int fd)
{
	/* A tree: it is walked for each system call. */
	int code = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);

	for (size_t i = 0; code == 0 && i < COUNT(allowed); i++)
		code = allow(filter, allowed[i], 0, NULL);
	for (size_t i = 0; code == 0 && i < COUNT(restricted); i++)
		code = allow(filter, restricted[i].name, 1,
		    &restricted[i].argument);
	return code == 0 ? seccomp_export_bpf(filter, fd) : code;
}

/* Returns whether all of it came through. */
static bool
print(FILE *file)
{
	struct sock_filter step;

	if (fseek(file, 0, SEEK_SET) != 0)
		return false;
	while (fread(&step, sizeof(step), 1, file) == 1)
		printf("{ 0x%02x, %u, %u, 0x%08x },\n", step.code, step.jt,
		    step.jf, step.k);
	return !ferror(file) && fflush(stdout) == 0 && !ferror(stdout);
}

int
main(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	FILE *file = tmpfile();
	int code = -ENOMEM;

	if (filter != NULL && file != NULL) {
		code = make(filter, fileno(file));
		if (code == 0 && !print(file))
			code = -EIO;
	}
	if (code != 0)
		fprintf(stderr, "make_filter: %s\n", strerror(-code));
	if (file != NULL)
		fclose(file);
	seccomp_release(filter);
	return code == 0 ? 0 : 1;
}
