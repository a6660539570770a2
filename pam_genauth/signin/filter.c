/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/filter.h"

#ifdef HAVE_SECCOMP

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
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

bool
genauth_filter_install(struct genauth_failure *failure)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int code = filter == NULL ? -ENOMEM : 0;

	for (size_t i = 0; code == 0 && i < COUNT(allowed); i++)
		code = allow(filter, allowed[i], 0, NULL);
	for (size_t i = 0; code == 0 && i < COUNT(restricted); i++)
		code = allow(filter, restricted[i].name, 1,
		    &restricted[i].argument);
	if (code == 0)
		code = seccomp_load(filter);
	seccomp_release(filter);
	/* A kernel without seccomp; libseccomp answers one or the other. */
	if (code == 0 || code == -ENOSYS || code == -EINVAL)
		return true;
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "seccomp filter: %s (helper_seccomp = no does without)",
	    strerror(-code));
}

#else

bool
genauth_filter_install(struct genauth_failure *failure)
{
	(void)failure;
	return true;
}

#endif
