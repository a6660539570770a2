/* SPDX-License-Identifier: BSD-2-Clause */
/* socket.h owns the listening socket: systemd's, or one that is made here. */
#ifndef GENAUTH_LISTEN_SOCKET_H
#define GENAUTH_LISTEN_SOCKET_H

#include <stdbool.h>

#include "common/failure.h"

struct genauth_listen_socket {
	int fd;			/* listens, above 2, close-on-exec */
	bool is_handed_over;	/* systemd has it, too, and starts us again */
};

/*
 * Takes what LISTEN_PID and LISTEN_FDS hand over, which must be one listening
 * SOCK_SEQPACKET socket; without them makes one (genauth_paths.socket), for
 * everybody to connect to, in a folder that is root's alone to write.  One that
 * root has left behind is replaced; what somebody else has put there, or
 * somebody still listens to, is not.  false: failure says why.
 */
bool genauth_listen_socket_open(struct genauth_listen_socket *socket,
    struct genauth_failure *failure);

/* Takes away the one that was made here. */
void genauth_listen_socket_close(struct genauth_listen_socket *socket);

#endif
