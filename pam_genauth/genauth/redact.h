/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redact.h owns what of JSON may be shown to strangers.
 *
 *     text       kept only if all its words are in our list, such as "bearer"
 *                or "openid profile"; else "<account>" (the one that logs in),
 *                "<client_id>", "<client_secret>", "<password>",
 *                "<app_host>/oidc", or what it looks like: "<url>", "<mail>",
 *                "<address>", "<digits>", "<string>"
 *     number     kept only under names such as statusCode, else 0 or 0.5
 *     JWT        {"<jwt>": {"length", "header", "claims"}}, treated alike; no
 *                claims where they cannot be read
 *     name       "<name N>" unless it looks like a field's
 *     depth      "<deeper>" below GENAUTH_REDACT_DEPTH
 *
 * An account that is an e-mail address or a phone number stays one, so that
 * what is compared with it can be compared again: replay.h.
 */
#ifndef GENAUTH_REDACT_H
#define GENAUTH_REDACT_H

struct json_object;

#define GENAUTH_REDACT_DEPTH 7

/* What is known to be private; NULL: nothing. */
struct genauth_redact {
	const char *account, *app_id, *app_secret, *app_host;
};

/*
 * A copy of the value that stands under that name.  NULL for null, or out of
 * memory.  Release with json_object_put.
 */
struct json_object *genauth_redact(const struct genauth_redact *known,
    const char *name, struct json_object *value);

#endif
