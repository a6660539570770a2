/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_answer.h owns how an answer comes in: from the command line, a person
 * at a terminal, or genauth.conf as it was.
 */
#ifndef GENAUTH_SETUP_ANSWER_H
#define GENAUTH_SETUP_ANSWER_H

#include "ctl/setup.h"

/*
 * Takes the value of the option of the command line, the first time; else asks
 * a person, after the hint; else what was in genauth.conf stays.  A person is
 * asked until it has the form that it must have.  false: there is none; that
 * has been said, unless a person has ended it.
 */
bool genauth_setup_answer(struct genauth_setup *setup,
    enum genauth_setup_key key, const char *option, bool first,
    const char *hint);

/* The same for the secret, which stands in no command line. */
bool genauth_setup_answer_secret(struct genauth_setup *setup, bool first,
    const char *hint);

/* Whether there is to be one. */
bool genauth_setup_answer_has_secret(const struct genauth_setup *setup);

#endif
