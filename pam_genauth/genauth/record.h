/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h owns the description of a request and its reply, made to be shown
 * to strangers: {"request": {"method", "path", "headers", "body"}, "response":
 * {"http_status", "headers", "body"}, "error", "times"}, and before these, with
 * a sign-in, the options that decide what becomes of it, where they are set.
 * Of headers only the names, if everybody knows them; the bodies as redact.h
 * leaves them, or a text "<…>" that says why there is none.  replay.h reads it
 * back.
 */
#ifndef GENAUTH_RECORD_H
#define GENAUTH_RECORD_H

#include "common/options.h"
#include "genauth/http.h"

struct json_object;

/* What replies are judged by where it is not in the request. */
#define GENAUTH_RECORD_OPTION_COUNT 5
extern const struct genauth_record_option {
	const char *name;
	enum genauth_option option;
} genauth_record_options[GENAUTH_RECORD_OPTION_COUNT];

/* The longest description, in bytes: it fits one message of records.h. */
#define GENAUTH_RECORD_LIMIT 49152

/* In place of a body that does not fit. */
#define GENAUTH_RECORD_TOO_LARGE "<too large to show>"

/* Of one login.  Start from { .options = …, .sink = …, .data = … }. */
struct genauth_record {
	const struct genauth_options *options;
	/* Gets each description, one JSON object. */
	void (*sink)(void *data, const char *json);
	void *data;
	char account[512];	/* the one that logs in, once it is known */
};

/* For genauth_http_observe; data is a struct genauth_record. */
void genauth_record_exchange(void *data,
    const struct genauth_http_request *request,
    const struct genauth_http_response *response, const char *error);

/*
 * A copy of a description that somebody else has made: what genauth-signin
 * sends is foreign, even though it has redacted it.  NULL: it is no such
 * description.
 * record needs no sink, but its account.
 */
struct json_object *genauth_record_check(const struct genauth_record *record,
    struct json_object *exchange);

/* The account in the body of a signin, and its name; NULL: none. */
const char *genauth_record_account(struct json_object *body,
    const char **name);

#endif
