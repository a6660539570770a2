/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reach.h owns the first steps on the way to GenAuth, its name and a
 * connection; to the proxy where there is one.
 */
#ifndef GENAUTH_REACH_H
#define GENAUTH_REACH_H

#include "common/finding.h"
#include "common/options.h"

struct genauth_reach_place {
	char host[256], port[16];
};

/* Whom we connect to, by the options, which must have an app_host. */
void genauth_reach_find_place(const struct genauth_options *options,
    struct genauth_reach_place *place);

/*
 * Takes the steps DNS and TCP.  DNS is UNKNOWN where no name server has
 * answered in time, that is within connect_timeout.  The time limit, in
 * milliseconds, is for TCP alone: nothing can limit the resolver.  false: there
 * is no way.
 */
bool genauth_reach(const struct genauth_options *options, long long limit_ms,
    const struct genauth_finding_listener *listener);

#endif
