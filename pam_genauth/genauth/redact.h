/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redact.h owns what of a request's or a reply's JSON may be shown to
 * strangers.  What stays is on lists; all else is replaced:
 *
 *     name       "<name N>" unless it is a field of GenAuth's, of OpenID
 *                Connect's or of a JWT
 *     text       kept only if all its words are the documents', such as
 *                "bearer" or "openid profile"; else "<account>" (the one that
 *                logs in), "<client_id>", "<client_secret>", "<password>",
 *                "<app_host>/oidc", or what it looks like: "<url>", "<mail>",
 *                "<address>", "<digits>", "<string>"
 *     number     kept only under names such as expire_in, else 0 or 0.5
 *     exp        99999999999 as long as it is not over
 *     code       statusCode and apiCode, and the number code of V2, stay up to
 *                eight digits
 *     JWT        {"<jwt>": {"header", "claims"}}, treated alike; no claims
 *                where they cannot be read
 *     depth      "<deeper>" below GENAUTH_REDACT_DEPTH
 *
 * An account that is an e-mail address or a phone number stays one, so that
 * what is compared with it can be compared again: replay.h.  What has been
 * redacted stays as it is when it is redacted again.
 */
#ifndef GENAUTH_REDACT_H
#define GENAUTH_REDACT_H

struct json_object;

#define GENAUTH_REDACT_DEPTH 9
#define GENAUTH_REDACT_JWT "<jwt>"

/* In place of app_id. */
#define GENAUTH_REDACT_APP_ID "<client_id>"

/* What is known to be private; NULL: nothing. */
struct genauth_redact {
	const char *account, *app_id, *app_secret, *app_host;
};

/*
 * A copy of the value.  NULL for null, or out of memory.  Release with
 * json_object_put.
 */
struct json_object *genauth_redact(const struct genauth_redact *known,
    struct json_object *value);

#endif
