/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prepare.h owns the lines of a stack with the flag "prepare", which start
 * genauth-signin while other modules ask for the password, and what waits in
 * the PAM handle from then on.
 */
#ifndef GENAUTH_PREPARE_H
#define GENAUTH_PREPARE_H

#include "login/prepared.h"
#include "module/context.h"

/*
 * Starts genauth-signin, if the user is served, for a line behind to pick up;
 * not if the context was not opened, and failure says why.  Ends what was
 * prepared before either way.  Whatever comes of it is only told at debug.
 */
void genauth_prepare(const struct genauth_context *context, bool opened,
    struct genauth_failure *failure);

/* What was prepared for the handle, which keeps it; or NULL. */
struct genauth_prepared *genauth_prepare_find(pam_handle_t *pamh);

/* Ends what still waits. */
void genauth_prepare_end(pam_handle_t *pamh);

#endif
