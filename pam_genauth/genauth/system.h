/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h owns GET /api/v3/system: the public keys that passwords are
 * encrypted with (authing-node-sdk models/SystemInfoResp.ts; genauth-docs,
 * public information endpoint "system").
 */
#ifndef GENAUTH_SYSTEM_H
#define GENAUTH_SYSTEM_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/secret.h"

struct json_object;

#define GENAUTH_SYSTEM_PATH "/api/v3/system"

/*
 * Finds rsa.publicKey or sm2.publicKey (type "rsa", "sm2") in a reply, bare as
 * the documents have it or wrapped in data as two of the vendor's clients
 * read it.  Whether it is a key is for genauth_seal_… to say.  public_key is
 * the caller's to free.  Failures: CONFIG where there is no such key, INTERNAL.
 */
bool genauth_system_key(struct json_object *root, const char *type,
    struct genauth_secret *public_key, struct genauth_failure *failure);

#endif
