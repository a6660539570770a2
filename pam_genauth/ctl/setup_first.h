/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_first.h owns what setup does with a genauth.conf that is written: the
 * look at the host, the first login, and the trial of a stack; all by the
 * commands for that.
 */
#ifndef GENAUTH_SETUP_FIRST_H
#define GENAUTH_SETUP_FIRST_H

#include "ctl/setup.h"

/* "genauthctl check"; whether it finds no error. */
bool genauth_setup_first_check(const struct genauth_setup *setup);

/*
 * "genauthctl login" for the user whom the command line or a person names.
 * false: somebody tried, and nobody got in.  *done: somebody did.
 */
bool genauth_setup_first_login(const struct genauth_setup *setup, bool *done);

/*
 * "genauthctl try" for the service of the command line, or for sshd if a person
 * says yes.  false: it should have been started, and was not.
 */
bool genauth_setup_first_try(const struct genauth_setup *setup);

#endif
