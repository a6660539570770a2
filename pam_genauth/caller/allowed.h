/* SPDX-License-Identifier: BSD-2-Clause */
/* allowed.h owns who may ask about whom, of callers who are not root. */
#ifndef GENAUTH_ALLOWED_H
#define GENAUTH_ALLOWED_H

#include <sys/types.h>

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"

struct passwd;

/* The file that attempts are counted in, with the NUL. */
#define GENAUTH_ALLOWED_NAME 64

/*
 * With allow_user_callers, a user about himself; with allow_service_callers,
 * an account named there about anybody, for that service.  entry is whom it is
 * about, NULL: unknown to NSS.  attempts: where they are counted, "" for whom
 * nothing will be sent.  *for_service: it is such an account, which knows from
 * where people come.  false: failure says why not.
 */
bool genauth_allowed_asks(const struct genauth_options *options, uid_t caller,
    const char *service, const struct passwd *entry,
    char attempts[GENAUTH_ALLOWED_NAME], bool *for_service,
    struct genauth_failure *failure);

#endif
