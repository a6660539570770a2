/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/reach.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"

/* Out of "https://HOST[:PORT]" or the URL of a proxy. */
void
genauth_reach_find_place(const struct genauth_options *options,
    struct genauth_reach_place *place)
{
	const char *url = options->proxy != NULL ? options->proxy :
	    options->app_host;
	const char *start = strstr(url, "://"), *end, *at;

	start = start == NULL ? url : start + 3;
	if ((at = strrchr(start, '@')) != NULL)
		start = at + 1;
	if (*start == '[') {
		start++;
		end = start + strcspn(start, "]");
		snprintf(place->host, sizeof(place->host), "%.*s",
		    (int)(end - start), start);
		end += *end == ']';
	} else {
		end = start + strcspn(start, ":/");
		snprintf(place->host, sizeof(place->host), "%.*s",
		    (int)(end - start), start);
	}
	if (*end == ':')
		snprintf(place->port, sizeof(place->port), "%.*s",
		    (int)strcspn(end + 1, "/"), end + 1);
	else
		snprintf(place->port, sizeof(place->port), "%s",
		    options->proxy == NULL ? "443" : "1080");
}

/* An address, or why there is none; a login does not wait for a late one. */
static void
judge(int code, const struct addrinfo *found,
    const struct genauth_options *options, struct genauth_finding *finding)
{
	if (code == 0 && finding->ms < options->connect_timeout_ms) {
		finding->checked = GENAUTH_CHECKED_RIGHT;
		getnameinfo(found->ai_addr, found->ai_addrlen, finding->text,
		    sizeof(finding->text), NULL, 0, NI_NUMERICHOST);
		return;
	}
	finding->checked = code == 0 || code == EAI_AGAIN ?
	    GENAUTH_CHECKED_UNKNOWN : GENAUTH_CHECKED_WRONG;
	if (code == 0)
		snprintf(finding->text, sizeof(finding->text), "an answer "
		    "after %lld ms, when connect_timeout is over",
		    finding->ms);
	else
		snprintf(finding->text, sizeof(finding->text), "%s",
		    gai_strerror(code));
}

/* NULL: no address within the time of a login. */
static struct addrinfo *
look_up(const struct genauth_reach_place *place,
    const struct genauth_options *options,
    const struct genauth_finding_listener *listener)
{
	struct genauth_finding finding = { .step = GENAUTH_STEP_DNS };
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
	long long start = genauth_clock_ms();
	int code = getaddrinfo(place->host, place->port, &hints, &found);

	finding.ms = genauth_clock_ms() - start;
	judge(code, found, options, &finding);
	listener->found(listener->data, &finding);
	if (finding.checked == GENAUTH_CHECKED_RIGHT)
		return found;
	if (code == 0)
		freeaddrinfo(found);
	return NULL;
}

/* 0, or an errno. */
static int
connect_to(const struct addrinfo *address, int limit_ms)
{
	int fd = socket(address->ai_family, address->ai_socktype |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
	struct pollfd polled = { .fd = fd, .events = POLLOUT };
	socklen_t length = sizeof(int);
	int code = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
		code = errno;
		if (code == EINPROGRESS)
			code = poll(&polled, 1, limit_ms) == 1 ?
			    getsockopt(fd, SOL_SOCKET, SO_ERROR, &code,
			    &length) == 0 ? code : errno : ETIMEDOUT;
	}
	close(fd);
	return code;
}

static bool
connect_to_any(const struct addrinfo *addresses,
    const struct genauth_options *options, long long limit_ms,
    const struct genauth_finding_listener *listener)
{
	struct genauth_finding finding = { .step = GENAUTH_STEP_TCP };
	long long start = genauth_clock_ms();
	int code = ETIMEDOUT, left, limit = (int)options->connect_timeout_ms;

	for (; addresses != NULL && (left = genauth_clock_left(start +
	    limit_ms)) > 0; addresses = addresses->ai_next)
		if ((code = connect_to(addresses, left < limit ? left :
		    limit)) == 0)
			break;
	finding.ms = genauth_clock_ms() - start;
	if (code != 0) {
		finding.checked = GENAUTH_CHECKED_WRONG;
		snprintf(finding.text, sizeof(finding.text), "%s",
		    strerror(code));
	}
	listener->found(listener->data, &finding);
	return code == 0;
}

bool
genauth_reach(const struct genauth_options *options, long long limit_ms,
    const struct genauth_finding_listener *listener)
{
	struct genauth_reach_place place;
	struct addrinfo *addresses;
	bool reached;

	genauth_reach_find_place(options, &place);
	if ((addresses = look_up(&place, options, listener)) == NULL)
		return false;
	reached = connect_to_any(addresses, options, limit_ms, listener);
	freeaddrinfo(addresses);
	return reached;
}
