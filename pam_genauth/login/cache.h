/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.h owns the files in which GenAuth's public keys wait for the next
 * login: TYPE-HOST in a folder, one a server and kind of key.
 * genauth-signin cannot write files, so the module does.  Without a cache, or
 * with one that cannot be used, a key is fetched at each login.
 */
#ifndef GENAUTH_CACHE_H
#define GENAUTH_CACHE_H

#include "common/answer.h"
#include "common/options.h"

/* How long a key is used without being fetched again, in seconds. */
#define GENAUTH_CACHE_LIFETIME (24 * 60 * 60)

/*
 * The cached key for these options; empty when they ask for none or there is
 * none, it is too old, from the future, or somebody else than root could have
 * written it.  The caller frees it.
 */
void genauth_cache_load(const struct genauth_options *options,
    struct genauth_secret *key);

/* Replaces or drops the cached key, if it is to. */
void genauth_cache_update(const struct genauth_options *options,
    const struct genauth_keep *keep);

#endif
