/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * captive HOW USER ATTACK [ARGUMENT]: what code that has taken genauth-signin
 * over would try, after genauth-signin's own confinement.  HOW is "confined",
 * "unfiltered" (helper_seccomp = no) or "free": only the user, as a control.
 * Prints the error number that met the attack, 0 for none, and then what the
 * confinement lacks.
 */
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "signin/become.h"
#include "signin/confine.h"

static int
pid_of(const char *argument)
{
	return atoi(argument);
}

static int
attack_kill(const char *victim)
{
	return kill(pid_of(victim), SIGTERM);
}

/* An own pair whose input is reported to another process. */
static int
signal_by(int (*set_owner)(int fd, int pid), const char *victim)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
	    set_owner(pair[0], pid_of(victim)) != 0 ||
	    fcntl(pair[0], F_SETFL, O_ASYNC) != 0 ||
	    write(pair[1], "x", 1) != 1)
		return -1;
	return 0;
}

static int
own(int fd, int pid)
{
	return fcntl(fd, F_SETOWN, pid);
}

static int
own_ex(int fd, int pid)
{
	const struct f_owner_ex owner = { F_OWNER_PID, pid };

	return fcntl(fd, F_SETOWN_EX, &owner);
}

static int
own_by_fiosetown(int fd, int pid)
{
	return ioctl(fd, FIOSETOWN, &pid);
}

static int
own_by_siocspgrp(int fd, int pid)
{
	return ioctl(fd, SIOCSPGRP, &pid);
}

static int
attack_setown(const char *victim)
{
	return signal_by(own, victim);
}

static int
attack_setown_ex(const char *victim)
{
	return signal_by(own_ex, victim);
}

static int
attack_fiosetown(const char *victim)
{
	return signal_by(own_by_fiosetown, victim);
}

static int
attack_siocspgrp(const char *victim)
{
	return signal_by(own_by_siocspgrp, victim);
}

static int
attack_async(const char *unused)
{
	(void)unused;
	return fcntl(STDIN_FILENO, F_SETFL, O_ASYNC | O_NONBLOCK);
}

static int
attack_fioasync(const char *unused)
{
	int on = 1;

	(void)unused;
	return ioctl(socket(AF_INET, SOCK_STREAM, 0), FIOASYNC, &on);
}

static int
attack_setsig(const char *unused)
{
	(void)unused;
	return fcntl(STDIN_FILENO, F_SETSIG, SIGKILL);
}

static int
attack_notify(const char *unused)
{
	(void)unused;
	return fcntl(open("/", O_RDONLY), F_NOTIFY, DN_ACCESS);
}

static int
attack_lease(const char *path)
{
	return fcntl(open(path, O_RDONLY), F_SETLEASE, F_RDLCK);
}

static int
attack_pipe_size(const char *unused)
{
	int pair[2];

	(void)unused;
	return pipe2(pair, 0) == 0 ? fcntl(pair[0], F_SETPIPE_SZ, 65536) : -1;
}

/* Those who wait for it, as passwd does for /etc/.pwd.lock, wait for ever. */
static int
attack_flock(const char *path)
{
	return flock(open(path, O_RDONLY), LOCK_EX | LOCK_NB);
}

static int
lock_by(int command, const char *path)
{
	struct flock lock = { .l_type = F_RDLCK };

	return fcntl(open(path, O_RDONLY), command, &lock);
}

static int
attack_setlk(const char *path)
{
	return lock_by(F_SETLK, path);
}

static int
attack_ofd_setlk(const char *path)
{
	return lock_by(F_OFD_SETLK, path);
}

/* '@' stands for the NUL of an abstract name. */
static socklen_t
name_socket(struct sockaddr_un *address, const char *name)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, name, strlen(name));
	if (*name == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(name));
}

static int
attack_unix(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = name_socket(&address, name);

	return connect(socket(AF_UNIX, SOCK_STREAM, 0),
	    (const struct sockaddr *)&address, length);
}

/* The ends of a pair of datagram sockets can send elsewhere. */
static int
attack_pair(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = name_socket(&address, name);
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		return -1;
	return sendto(pair[0], "x", 1, 0, (const struct sockaddr *)&address,
	    length) == 1 ? 0 : -1;
}

/* An end of a stream must not do so. */
static int
attack_stream_pair(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = name_socket(&address, name);
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return -1;
	close(pair[1]);
	return connect(pair[0], (const struct sockaddr *)&address, length);
}

static int
bind_as(int type)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };

	return bind(socket(AF_INET, type, 0),
	    (const struct sockaddr *)&address, sizeof(address));
}

static int
attack_bind_tcp(const char *unused)
{
	(void)unused;
	return bind_as(SOCK_STREAM);
}

static int
attack_bind_udp(const char *unused)
{
	(void)unused;
	return bind_as(SOCK_DGRAM);
}

static int
attack_listen(const char *unused)
{
	(void)unused;
	return listen(socket(AF_INET, SOCK_STREAM, 0), 1);
}

static int
attack_netlink(const char *protocol)
{
	return socket(AF_NETLINK, SOCK_RAW, atoi(protocol));
}

/* MPTCP stands for the protocols that the kernel loads a module for. */
static int
attack_protocol(const char *protocol)
{
	return socket(AF_INET, SOCK_STREAM, atoi(protocol));
}

static int
attack_write(const char *path)
{
	return open(path, O_WRONLY);
}

static int
attack_chmod(const char *path)
{
	return chmod(path, 0600);
}

static int
attack_exec(const char *path)
{
	return execl(path, path, NULL);
}

static int
attack_fork(const char *unused)
{
	pid_t pid = fork();

	(void)unused;
	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

/* ---- what must go on working ---- */

static int
use_descriptors(const char *unused)
{
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	(void)unused;
	return fcntl(fd, F_DUPFD_CLOEXEC, 10) < 0 ||
	    fcntl(fd, F_DUPFD, 20) < 0 || fcntl(fd, F_GETFD) != FD_CLOEXEC ||
	    fcntl(fd, F_SETFD, 0) != 0 || fcntl(fd, F_GETFL) < 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ? -1 : 0;
}

/* Whoever closes such a socket waits: the host, had it been sent there. */
static int
attack_linger(const char *unused)
{
	const struct linger linger = { 1, 60 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* As libcurl for a connection that waits. */
static int
use_keepalive(const char *unused)
{
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) !=
	    0 || setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &on,
	    sizeof(on)) != 0 ? -1 : 0;
}

/* As in "nameserver fe80::1%eth0". */
static int
use_interface(const char *name)
{
	return if_nametoindex(name) != 0 ? 0 : -1;
}

static int
use_resolver(const char *name)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int code = getaddrinfo(name, "443", &hints, &found);

	if (code == 0)
		freeaddrinfo(found);
	else
		fprintf(stderr, "%s: %s\n", name, gai_strerror(code));
	return code == 0 ? 0 : -1;
}

static const struct attack {
	const char *name;
	int (*try)(const char *argument);
} attacks[] = {
#define ATTACK(name) { #name, attack_##name }
	ATTACK(kill), ATTACK(setown), ATTACK(setown_ex), ATTACK(fiosetown),
	ATTACK(siocspgrp), ATTACK(async), ATTACK(fioasync), ATTACK(setsig),
	ATTACK(notify), ATTACK(lease), ATTACK(pipe_size), ATTACK(flock),
	ATTACK(setlk), ATTACK(ofd_setlk), ATTACK(unix), ATTACK(pair),
	ATTACK(stream_pair), ATTACK(bind_tcp), ATTACK(bind_udp),
	ATTACK(listen), ATTACK(netlink), ATTACK(protocol), ATTACK(write),
	ATTACK(chmod), ATTACK(exec), ATTACK(fork), ATTACK(linger),
	{ "use_keepalive", use_keepalive },
	{ "use_descriptors", use_descriptors },
	{ "use_interface", use_interface },
	{ "use_resolver", use_resolver },
};

static const struct attack *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		if (strcmp(attacks[i].name, name) == 0)
			return &attacks[i];
	fprintf(stderr, "captive: no attack %s\n", name);
	exit(2);
}

int
main(int argc, char **argv)
{
	const char *how = argc > 3 ? argv[1] : "";
	const struct attack *attack = find(argc > 3 ? argv[3] : "");
	struct genauth_confinement confinement = { 0 };
	struct genauth_failure failure = { .text = "" };
	bool good = strcmp(how, "free") == 0 ?
	    genauth_become(argv[2], &failure) :
	    genauth_confine_start(&confinement) && genauth_confine(argv[2],
	    strcmp(how, "unfiltered") != 0, &confinement, &failure);

	if (!good) {
		fprintf(stderr, "captive: %s\n", failure.text);
		return 2;
	}
	/* Before it: the attack may become another program. */
	setvbuf(stdout, NULL, _IONBF, 0);
	errno = 0;
	good = attack->try(argc > 4 ? argv[4] : "") >= 0;
	printf("%d\n%s\n", good ? 0 : errno, confinement.weaker);
	return 0;
}
