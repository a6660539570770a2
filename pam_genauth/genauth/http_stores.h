/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_stores.h owns the question where trusted authorities are looked for
 * that no option hands over as an open file.
 */
#ifndef GENAUTH_HTTP_STORES_H
#define GENAUTH_HTTP_STORES_H

#include <stdbool.h>

#include "common/options.h"

/* NULL: none. */
struct genauth_http_stores {
	const char *file;	/* the system's bundle */
	const char *folder;	/* by hash: the system's, or ca_path */
};

/* By the options; the system's where they name neither ca_file nor ca_path. */
struct genauth_http_stores genauth_http_stores_find(
    const struct genauth_options *options);

/* Whether that is how OpenSSL names a certificate in such a folder. */
bool genauth_http_stores_is_hash(const char *name);

#endif
