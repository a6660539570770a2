/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe.h owns one look at GenAuth's server without a login, for the check of
 * a set-up.
 */
#ifndef GENAUTH_PROBE_H
#define GENAUTH_PROBE_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"
#include "genauth/http.h"

struct genauth_probe {
	long long http_status;
	bool is_json;		/* the reply is a JSON object */
	bool has_keys;		/* with the public keys of GenAuth */
	long long dns_ms, connect_ms, tls_ms, wait_ms;
	bool has_date;
	long long clock_ahead;	/* seconds that our clock is ahead of its */

	/* The chain that the server sent; 0 and "" when it sent none. */
	unsigned certificates;
	long days_left;		/* until the first of them expires */
	char expiring[256];	/* whose that one is; printable */
	char pin[80];		/* "sha256//…" of the server's own key */
};

/*
 * GETs /api/v3/system on a new connection.  http must not have one yet.
 * false: there is no reply; failure says why.
 */
bool genauth_probe(struct genauth_http *http, long long deadline,
    struct genauth_probe *probe, struct genauth_failure *failure);

#endif
