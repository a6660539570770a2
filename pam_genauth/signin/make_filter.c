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
#include <linux/net.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * Names, because not every machine has every call.  What has no use here is
 * not listed: no bind, listen and accept, no locks, no signals.
 */
static const char *const allowed[] = {
	/* memory */
	"brk", "madvise", "mmap", "mmap2", "mprotect", "mremap", "munmap",
	/* descriptors; pipes and events wake libcurl's own waiting */
	"close", "eventfd2", "lseek", "_llseek", "pipe2", "pread64", "read",
	"readv", "write", "writev",
	/* looking at files: authorities, resolv.conf, hosts, nsswitch.conf */
	"access", "faccessat", "faccessat2", "fstat", "fstat64", "fstatat64",
	"fstatfs", "fstatfs64", "getcwd", "getdents", "getdents64", "lstat",
	"lstat64", "newfstatat", "readlink", "readlinkat", "stat", "stat64",
	"statfs", "statfs64", "statx",
	/* sockets of those kinds that are restricted below */
	"connect", "getpeername", "getsockname", "getsockopt", "recv",
	"recvfrom", "recvmsg", "send", "sendmmsg", "sendmsg", "sendto",
	"shutdown",
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

/* An int or unsigned: the kernel looks at no more of the register. */
#define IS(number, value) SCMP_CMP(number, SCMP_CMP_MASKED_EQ, 0xffffffff, \
	(scmp_datum_t)(value))
#define HAS(number, mask, value) \
	SCMP_CMP(number, SCMP_CMP_MASKED_EQ, (scmp_datum_t)(mask), \
	(scmp_datum_t)(value))

/*
 * An address family, with TCP and UDP only: other protocols are rarely tried
 * parts of the kernel, and it loads them on demand.
 */
#define KIND(value) \
	HAS(1, 0xffffffff & ~(SOCK_CLOEXEC | SOCK_NONBLOCK), value)
#define INTERNET(family) \
	{ "socket", 3, { IS(0, family), KIND(SOCK_STREAM), IS(2, 0) } }, \
	{ "socket", 3, { IS(0, family), KIND(SOCK_STREAM), \
	    IS(2, IPPROTO_TCP) } }, \
	{ "socket", 3, { IS(0, family), KIND(SOCK_DGRAM), IS(2, 0) } }, \
	{ "socket", 3, { IS(0, family), KIND(SOCK_DGRAM), IS(2, IPPROTO_UDP) } }

/* O_TMPFILE needs write access.  It contains O_DIRECTORY, which is fine. */
#define OPEN_MASK (O_ACCMODE | O_CREAT | O_TRUNC)

/* F_SETOWN, F_SETSIG, leases and O_ASYNC signal others; the rest locks. */
#define DESCRIPTOR_CALL(name) \
	{ name, 1, { IS(1, F_DUPFD) } }, \
	{ name, 1, { IS(1, F_DUPFD_CLOEXEC) } }, \
	{ name, 1, { IS(1, F_GETFD) } }, \
	{ name, 1, { IS(1, F_SETFD) } }, \
	{ name, 1, { IS(1, F_GETFL) } }, \
	{ name, 2, { IS(1, F_SETFL), HAS(2, O_ASYNC, 0) } }

/* Calls of which only some arguments are allowed: one of the rows. */
static const struct rule {
	const char *name;
	unsigned count;
	struct scmp_arg_cmp arguments[3];
} restricted[] = {
	{ "open", 1, { HAS(1, OPEN_MASK, O_RDONLY) } },
	{ "openat", 1, { HAS(2, OPEN_MASK, O_RDONLY) } },
	DESCRIPTOR_CALL("fcntl"),
	DESCRIPTOR_CALL("fcntl64"),
	/*
	 * No AF_UNIX: daemons of this host listen there, and nscd and
	 * systemd-resolved are passed over without it.  No AF_NETLINK: without
	 * it getaddrinfo takes it that the host has IPv4 and IPv6.
	 */
	INTERNET(AF_INET),
	INTERNET(AF_INET6),
	/* Wakes libcurl.  One of datagrams could send to other sockets. */
	{ "socketpair", 2, { IS(0, AF_UNIX), KIND(SOCK_STREAM) } },
	/*
	 * Not SO_LINGER: whoever closes a socket that lingers waits, also the
	 * host, if one was sent to it (common/message.c).
	 */
	{ "setsockopt", 1, { IS(1, IPPROTO_TCP) } },
	{ "setsockopt", 1, { IS(1, IPPROTO_IP) } },
	{ "setsockopt", 1, { IS(1, IPPROTO_IPV6) } },
	{ "setsockopt", 2, { IS(1, SOL_SOCKET), IS(2, SO_KEEPALIVE) } },
	{ "ioctl", 1, { IS(1, FIONREAD) } },
	{ "ioctl", 1, { IS(1, FIONBIO) } },
	/* A name server's address may have the name of an interface in it. */
	{ "ioctl", 1, { IS(1, SIOCGIFINDEX) } },
	/* Reading limits, not setting them: no new ones. */
	{ "prlimit64", 1, { SCMP_A2_64(SCMP_CMP_EQ, 0, 0) } },
};

/*
 * Threads, and no processes.  clone3 hides its flags in memory: it is not
 * listed, clone is used.  On s390 the stack comes before the flags.
 */
static const struct scmp_arg_cmp thread =
    HAS(0, CLONE_THREAD, CLONE_THREAD), thread_s390 =
    HAS(1, CLONE_THREAD, CLONE_THREAD);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Returns 0 or a negative error number, as libseccomp does. */
static int
allow(scmp_filter_ctx filter, const char *name, unsigned count,
    const struct scmp_arg_cmp *arguments)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, count,
	    arguments);
}

static bool
is_s390(uint32_t architecture)
{
	return architecture == SCMP_ARCH_S390 ||
	    architecture == SCMP_ARCH_S390X;
}

/*
 * Where a C library that is to run on Linux before 4.3, as Debian's is, has one
 * call for all that sockets do.  Its arguments are in memory, where no filter
 * looks, and libseccomp leaves out what is to be looked at: so the kind of a
 * socket is free there.  Without, nobody could log in.
 */
static int
allow_hidden(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp socket = IS(0, SYS_SOCKET),
	    pair = IS(0, SYS_SOCKETPAIR);
	int code = allow(filter, "socketcall", 1, &socket);

	return code == 0 ? allow(filter, "socketcall", 1, &pair) : code;
}

/* Returns 0 or a negative error number, as libseccomp does. */
static int
make(scmp_filter_ctx filter, uint32_t architecture, int fd)
{
	/* A tree: it is walked for each system call. */
	int code = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);

	for (size_t i = 0; code == 0 && i < COUNT(allowed); i++)
		code = allow(filter, allowed[i], 0, NULL);
	for (size_t i = 0; code == 0 && i < COUNT(restricted); i++)
		code = allow(filter, restricted[i].name, restricted[i].count,
		    restricted[i].arguments);
	if (code == 0)
		code = allow(filter, "clone", 1, is_s390(architecture) ?
		    &thread_s390 : &thread);
	if (code == 0 && (is_s390(architecture) ||
	    architecture == SCMP_ARCH_X86))
		code = allow_hidden(filter);
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
		code = make(filter, seccomp_arch_native(), fileno(file));
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
