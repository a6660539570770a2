/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * export.h owns the tokens in the environment of the session.
 */
#ifndef GENAUTH_EXPORT_H
#define GENAUTH_EXPORT_H

#include "common/answer.h"
#include "module/context.h"

/* The variables of the tokens. */
#define GENAUTH_EXPORT_ID "GENAUTH_ID_TOKEN"
#define GENAUTH_EXPORT_ACCESS "GENAUTH_ACCESS_TOKEN"

/*
 * Puts into the PAM environment what export_tokens asks for; what GenAuth has
 * not given is left out.  false: PAM does not take it; the environment is then as it
 * was, and the tokens of the answer are gone.
 */
bool genauth_export_tokens(const struct genauth_context *context,
    struct genauth_answer *answer);

#endif
