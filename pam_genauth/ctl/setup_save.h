/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_save.h owns the writing of genauth.conf by setup.
 */
#ifndef GENAUTH_SETUP_SAVE_H
#define GENAUTH_SETUP_SAVE_H

#include "ctl/setup.h"

/*
 * Puts the answers into genauth.conf, which is then root's alone: whole and on
 * disk, or not at all.  What was there stays beside it, and is named.  false:
 * it is as it was, and why has been said.
 */
bool genauth_setup_save(const struct genauth_setup *setup);

#endif
