/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * undo.h owns the way back from a trial, and from what was kept.
 */
#ifndef GENAUTH_UNDO_H
#define GENAUTH_UNDO_H

#include "ctl/request.h"

/*
 * Puts the old stack of the request's service back and says so.  false: there
 * is none, or it cannot be put back; that has been said.
 */
bool genauth_undo(const struct genauth_request *request);

#endif
