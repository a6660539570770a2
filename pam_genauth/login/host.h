/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h owns where a person comes from: PAM_RHOST as an address.  Pure
 * functions.
 */
#ifndef GENAUTH_HOST_H
#define GENAUTH_HOST_H

#include <netinet/in.h>
#include <stdbool.h>

/*
 * PAM_RHOST if it is an address; sshd may put a name there (UseDNS).  Without
 * the zone, which is a name of this host's own, and a mapped address as the
 * IPv4 address that it is.  NULL: it is none.
 */
const char *genauth_host_address(const char *rhost,
    char out[INET6_ADDRSTRLEN]);

/*
 * Whether PAM_RHOST is in a list as the option allow_hosts has it.  NULL, a
 * local login, is where the list has the word "local"; a name is never in it.
 */
bool genauth_host_is_in(const char *list, const char *rhost);

#endif
