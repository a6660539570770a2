/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_ask.h owns the questions about the application, and whether GenAuth
 * agrees with the answers.
 */
#ifndef GENAUTH_SETUP_ASK_H
#define GENAUTH_SETUP_ASK_H

#include "ctl/setup.h"

/*
 * Asks for one after the other, or takes what the command line has, and goes on
 * when GenAuth has agreed.  What is wrong has been said when it ends with
 * another status than DONE; a person is asked again until there is no more
 * answer.
 */
enum genauth_setup_status genauth_setup_ask(struct genauth_setup *setup);

#endif
