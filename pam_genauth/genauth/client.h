/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h owns what all calls of one login have in common: the connection,
 * the options, the time that is left, and the person who can be asked.
 */
#ifndef GENAUTH_CLIENT_H
#define GENAUTH_CLIENT_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"
#include "common/prompt.h"
#include "common/secret.h"
#include "genauth/api.h"

/* Asks the person; data is handed back. */
struct genauth_asker {
	/*
	 * reply is the caller's to free.  false: failure says why there is
	 * none.
	 */
	bool (*ask)(void *data, enum genauth_prompt prompt, const char *detail,
	    struct genauth_secret *reply, struct genauth_failure *failure);
	void *data;
};

struct json_object;

struct genauth_client {
	struct genauth_http *http;
	const struct genauth_options *options;
	struct genauth_asker asker;
	long long timeout_ms;	/* for the requests behind each question */
	long long deadline;	/* of what is being done; genauth_clock_ms */
	/* The last that GenAuth has given; the holder frees it. */
	struct genauth_secret access_token;
};

/* As asker.ask; the time that the person takes does not count. */
bool genauth_client_ask(struct genauth_client *client,
    enum genauth_prompt prompt, const char *detail,
    struct genauth_secret *reply, struct genauth_failure *failure);

/* genauth_api_call with what is the client's, and its deadline. */
bool genauth_client_call(const struct genauth_client *client,
    const struct genauth_api_request *request,
    struct genauth_api_reply *reply, struct genauth_failure *failure);

/*
 * Keeps the access token of data, if there is one and it may have to be
 * revoked, apart from what becomes of the login.  data may be NULL.
 */
void genauth_client_keep_token(struct genauth_client *client,
    struct json_object *data);

#endif
