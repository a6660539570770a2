/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_probe.h owns the question to GenAuth whether what was answered so far
 * is right.
 */
#ifndef GENAUTH_SETUP_PROBE_H
#define GENAUTH_SETUP_PROBE_H

#include "common/finding.h"
#include "ctl/setup.h"

/*
 * Fills options with what genauth.conf says and the new values, as a login
 * would have them.  false: they do not fit together; that has been said.  Free
 * the options either way.
 */
bool genauth_setup_probe_options(const struct genauth_setup *setup,
    struct genauth_options *options);

/*
 * Whether these steps are taken, up to "until", and none of them is wrong, with
 * the rows of "genauthctl check" for those from "from" on, and for what is
 * wrong.
 */
bool genauth_setup_probe(struct genauth_setup *setup, enum genauth_step from,
    enum genauth_step until);

#endif
