/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api.h owns the call to GenAuth: headers, client authentication, and what
 * its reply says of itself by the HTTP status and the envelope {statusCode,
 * apiCode, message, data}.
 */
#ifndef GENAUTH_API_H
#define GENAUTH_API_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"
#include "genauth/apicodes.h"
#include "genauth/http.h"

struct json_object;

/*
 * The envelope of a reply (genauth-docs reference/error-code.md).  What is
 * null or of another type counts as missing; only statusCode must be there.
 * Pointers live as long as root; the holder calls genauth_api_envelope_free.
 */
struct genauth_api_envelope {
	struct json_object *root;	/* NULL: the reply is no JSON object */
	bool has_codes;			/* there is a statusCode */
	long long status_code;		/* statusCode, an integer */
	bool has_api_code;
	long long api_code;		/* apiCode, 0 when there is none */
	struct genauth_apicode row;	/* what the codes mean */
	const char *request_id;		/* requestId; NULL: none.  Foreign! */
	const char *message;		/* the same; for a person */
	struct json_object *data;	/* NULL: none */
};

/*
 * The old API's envelope: code in place of statusCode (authing-js-sdk V2,
 * guard-android Guardian.java), and the business reasons in it, too.
 */
enum genauth_api_version { GENAUTH_API_V3, GENAUTH_API_V2 };

/*
 * Reads an envelope and judges it: whether GenAuth accepted what it was asked
 * for, which is HTTP 2xx and the integer statusCode 200, unless apiCode is
 * known as a refusal or a step.  false: failure says why, THROTTLED for the
 * HTTP status 429 and UNAVAILABLE where there is no envelope; envelope holds
 * what there is.
 */
bool genauth_api_judge(const char *text, size_t length, long long http_status,
    enum genauth_api_version version, struct genauth_api_envelope *envelope,
    struct genauth_failure *failure);

/*
 * The same for a reply of path that has no envelope: what it holds is for the
 * caller to judge, so it is only turned down for the HTTP statuses 429 and 5xx,
 * or if it is not a JSON object.  root is set in any case, NULL without one;
 * release it with json_object_put.
 */
bool genauth_api_judge_bare(const char *text, size_t length,
    long long http_status, const char *path, struct json_object **root,
    struct genauth_failure *failure);

void genauth_api_envelope_free(struct genauth_api_envelope *envelope);

/* The most fields of a form. */
#define GENAUTH_API_FIELDS 8

/* Of a form; encoded when it is sent. */
struct genauth_api_field {
	const char *name, *value;
};

/* A GET, or with json or form a POST. */
struct genauth_api_request {
	const char *path;
	/* Behind the path, "?name=value"; with a name of NULL nothing. */
	struct genauth_api_field query;
	struct json_object *json;	/* gets the client authentication */
	const struct genauth_api_field *form;	/* the same; ends in NULL */
	/* A token, sent instead of the client authentication; or NULL. */
	const char *bearer;
	enum genauth_api_version version;
	bool names_pool;	/* with user_pool_id of the options, if set */
	bool bare;		/* the reply is an object without envelope */
	bool inspect;		/* as in struct genauth_http_request */
	long long deadline;	/* genauth_clock_ms */
};

struct genauth_api_reply {
	struct genauth_http_response http;	/* also without a reply */
	struct genauth_api_envelope envelope;	/* if bare, only its root */
};

/*
 * Sends one request, reads its reply and judges it by genauth_api_judge or
 * genauth_api_judge_bare.  false: not accepted, or no reply (then failure is
 * that of genauth_http_perform, but THROTTLED if that status was seen); reply
 * holds what there is.  The caller frees it either way.
 *
 * app: the application whose headers and client authentication are sent; NULL,
 * only for a GET: none.  A request with a bearer has the headers alone
 * (authing-java-sdk, authing-ios-sdk-v3: "Bearer").  client_secret_post adds client_id and client_secret
 * to a body (authing-node-sdk AuthenticationClient.ts), client_secret_basic
 * sends HTTP Basic without URL-encoding (AutherticationHttpClient.ts), none
 * only the header, and in a form client_id (RFC 6749, 2.3.1).
 */
bool genauth_api_call(struct genauth_http *http,
    const struct genauth_options *app,
    const struct genauth_api_request *request,
    struct genauth_api_reply *reply, struct genauth_failure *failure);

/*
 * Whether a refusal means that a code of a second factor is not right; the HTTP
 * status 429 does not, whatever comes with it.
 */
bool genauth_api_says_wrong_code(const struct genauth_api_reply *reply);

void genauth_api_reply_free(struct genauth_api_reply *reply);

#endif
