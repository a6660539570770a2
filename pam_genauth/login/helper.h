/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * helper.h owns the life of one genauth-signin process: start, the exchange of
 * records (signin/main.c), end.  Leaves the host's signals, descriptors and
 * children as they were.
 */
#ifndef GENAUTH_HELPER_H
#define GENAUTH_HELPER_H

#include <sys/types.h>

#include "common/answer.h"
#include "common/failure.h"
#include "common/options.h"

/* Start from GENAUTH_HELPER_NONE. */
struct genauth_helper {
	pid_t pid;	/* 0: none */
	int fd;
	void (*exchange)(void *data, const char *json, size_t length);
	void *data;
};
#define GENAUTH_HELPER_NONE ((struct genauth_helper){ .fd = -1 })

/*
 * Starts genauth-signin with an empty environment and sends it the options and
 * the cached public key (NULL: none).  With prepare it makes the connection
 * ready until it is asked.  false: there is no process; failure is INTERNAL.
 */
bool genauth_helper_start(struct genauth_helper *helper,
    const struct genauth_options *options, const char *public_key,
    bool prepare, struct genauth_failure *failure);

/*
 * From now on genauth-signin describes each request and its reply, with what
 * is private replaced (genauth/record.h): exchange gets the text, not
 * NUL-terminated.  To be called before genauth_helper_ask, and without
 * prepare.
 */
void genauth_helper_record(struct genauth_helper *helper,
    void (*exchange)(void *data, const char *json, size_t length), void *data);

/*
 * Sends account and password and waits for the answer, at the most for the
 * option timeout.  client_ip may be NULL.  answer is emptied first, its verdict
 * and reason are always set; the caller frees it.
 */
void genauth_helper_ask(const struct genauth_helper *helper,
    const char *account, const char *password, const char *client_ip,
    long long timeout_ms, struct genauth_answer *answer);

/* Ends the process, whatever it is doing, and forgets it. */
void genauth_helper_stop(struct genauth_helper *helper);

#endif
