/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * person.h owns what genauth-signin asks the person, through the module: ASK
 * and REPLY of common/message.h.
 */
#ifndef GENAUTH_PERSON_H
#define GENAUTH_PERSON_H

#include "common/failure.h"
#include "common/prompt.h"

/*
 * How long somebody may type; who takes longer is served by a new process, or
 * refused.  Also for a host that forgets what it has prepared.
 */
#define GENAUTH_PERSON_LIMIT_MS 120000

/* As ask of genauth/client.h; data: the int that is the module's socket. */
bool genauth_person_ask(void *data, enum genauth_prompt prompt,
    const char *detail, struct genauth_secret *reply,
    struct genauth_failure *failure);

#endif
