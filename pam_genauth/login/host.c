/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/host.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/list.h"
#include "common/prefix.h"

const char *
genauth_host_address(const char *rhost, char out[INET6_ADDRSTRLEN])
{
	struct in6_addr address;
	struct in_addr old;
	size_t length = strcspn(rhost, "%");

	if (length >= INET6_ADDRSTRLEN)
		return NULL;
	memcpy(out, rhost, length);
	out[length] = '\0';
	if (rhost[length] == '\0' && inet_pton(AF_INET, out, &old) == 1)
		return out;
	if (inet_pton(AF_INET6, out, &address) != 1)
		return NULL;
	return IN6_IS_ADDR_V4MAPPED(&address) ? inet_ntop(AF_INET,
	    &address.s6_addr[12], out, INET6_ADDRSTRLEN) : out;
}

bool
genauth_host_is_in(const char *list, const char *rhost)
{
	struct genauth_prefix prefix, address;
	char text[INET6_ADDRSTRLEN];
	size_t length;

	if (rhost == NULL)
		return genauth_list_has(list, " ", "local", strlen("local"));
	if (genauth_host_address(rhost, text) == NULL ||
	    genauth_prefix_parse(text, strlen(text), &address) != NULL)
		return false;
	for (list = genauth_list_next(list, " ", &length); length > 0;
	    list = genauth_list_next(list + length, " ", &length))
		if (genauth_prefix_parse(list, length, &prefix) == NULL &&
		    genauth_prefix_covers(&prefix, &address))
			return true;
	return false;
}
