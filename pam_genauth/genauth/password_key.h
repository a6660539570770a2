/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * password_key.h owns the public key that passwords are encrypted with where
 * password_encrypt_type says so: where it comes from, when it is replaced, and
 * what becomes of the cached one.
 */
#ifndef GENAUTH_PASSWORD_KEY_H
#define GENAUTH_PASSWORD_KEY_H

#include "common/answer.h"
#include "common/failure.h"
#include "common/options.h"
#include "genauth/http.h"

/* Start from { 0 }, or with a cached key as text; free with _free. */
struct genauth_password_key {
	struct genauth_secret text;	/* as GenAuth publishes it; or empty */
	bool fresh;			/* fetched now, not from a cache */
	bool pinned;			/* root's: used as it is, or not at all */
	struct genauth_keep keep;	/* by _settle: what the cache is to do */
};

/* Whether passwords are encrypted at all. */
bool genauth_password_key_is_used(const struct genauth_options *options);

/* Replaces the key by the one that GenAuth publishes now (genauth/system.h). */
bool genauth_password_key_fetch(struct genauth_password_key *key,
    struct genauth_http *http, const struct genauth_options *options,
    long long deadline, struct genauth_failure *failure);

/*
 * Another login left the cached key, and it is a hint: after a refusal,
 * whether GenAuth publishes another one, which is then the key.
 */
bool genauth_password_key_renew(struct genauth_password_key *key,
    struct genauth_http *http, const struct genauth_options *options,
    long long deadline);

/*
 * Encrypts, as genauth/seal.h; with a key fetched now, where there is none or
 * the cached one cannot be used.  sealed is the caller's to free.
 */
bool genauth_password_key_seal(struct genauth_password_key *key,
    struct genauth_http *http, const struct genauth_options *options,
    const char *password, long long deadline, struct genauth_secret *sealed,
    struct genauth_failure *failure);

/*
 * Says what becomes of the cached key: it is dropped when GenAuth could not
 * decrypt, and replaced by one that is fresh and that a password was sent with.
 * A pinned key leaves the cache alone.
 */
void genauth_password_key_settle(struct genauth_password_key *key,
    bool cannot_decrypt, bool sent);

/*
 * Whether a password could be encrypted: fetches the key, tries it and hands
 * it out; public_key is the caller's to free, and empty on failure.  Only where
 * keys are used.
 */
bool genauth_password_key_check(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_secret *public_key, struct genauth_failure *failure);

void genauth_password_key_free(struct genauth_password_key *key);

#endif
