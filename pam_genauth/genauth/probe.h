/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe.h owns one look at GenAuth's server without a login, for the check of
 * a set-up.
 */
#ifndef GENAUTH_PROBE_H
#define GENAUTH_PROBE_H

#include "common/finding.h"
#include "genauth/http.h"

/*
 * GETs /api/v3/system on a new connection; http must not have one yet.  The
 * finding is that of the step TLS: RIGHT if there is a reply, whatever it says.
 */
void genauth_probe(struct genauth_http *http, long long deadline,
    struct genauth_finding *finding);

#endif
