/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api.h owns what all calls to GenAuth have in common: headers, client
 * authentication, and the envelope {statusCode, apiCode, message, data}.
 */
#ifndef GENAUTH_API_H
#define GENAUTH_API_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"
#include "genauth/http.h"

struct json_object;

/*
 * The envelope of a reply (genauth-docs reference/error-code.md).  What is
 * null or of another type counts as missing; only statusCode must be there.
 * Pointers live as long as root; the holder calls genauth_api_envelope_free.
 */
struct genauth_api_envelope {
	struct json_object *root;
	long long status_code;		/* statusCode, an integer */
	bool has_api_code;
	long long api_code;		/* apiCode, 0 when there is none */
	const char *request_id;		/* requestId; NULL: none.  Foreign! */
	struct json_object *data;	/* NULL: none */
};

/*
 * Reads an envelope.  false: the text is not JSON, or has no statusCode that
 * is an integer; failure is UNAVAILABLE, and envelope empty.
 */
bool genauth_api_parse(const char *text, size_t length,
    struct genauth_api_envelope *envelope, struct genauth_failure *failure);

/*
 * Whether the codes are those of a success (genauth/apicodes.def); failure has
 * the verdict, meaning and advice of the row.
 */
bool genauth_api_accepts(const struct genauth_api_envelope *envelope,
    struct genauth_failure *failure);

void genauth_api_envelope_free(struct genauth_api_envelope *envelope);

/*
 * POSTs body, a JSON object, to a path with the application's headers and
 * client authentication: client_secret_post adds client_id and client_secret
 * to body (authing-node-sdk AuthenticationClient.ts), client_secret_basic
 * sends HTTP Basic without URL-encoding (AutherticationHttpClient.ts), none
 * only the header.  As genauth_http_perform.
 */
bool genauth_api_post(struct genauth_http *http,
    const struct genauth_options *options, const char *path,
    struct json_object *body, long long deadline,
    struct genauth_http_response *response, struct genauth_failure *failure);

/*
 * POSTs a form, already encoded, with the application's client authentication
 * (RFC 6749, 2.3.1, but Basic as above; "none" sends client_id).  As
 * genauth_http_perform.
 */
bool genauth_api_post_form(struct genauth_http *http,
    const struct genauth_options *options, const char *path, const char *form,
    long long deadline, struct genauth_http_response *response,
    struct genauth_failure *failure);

/* GETs a path with the application's headers.  As genauth_http_perform. */
bool genauth_api_get(struct genauth_http *http,
    const struct genauth_options *options, const char *path,
    long long deadline, struct genauth_http_response *response,
    struct genauth_failure *failure);

#endif
