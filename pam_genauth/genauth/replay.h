/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.h owns the judging of a reply that was described by record.h, or
 * printed by GenAuth's documents and written down in the same form.
 */
#ifndef GENAUTH_REPLAY_H
#define GENAUTH_REPLAY_H

#include <stdbool.h>

#include "common/answer.h"

struct json_object;

/*
 * Judges the reply of a POST /api/v3/signin as the login does.  false: the
 * exchange is another one, or has no reply.  answer is emptied first; the
 * caller frees it.
 */
bool genauth_replay(struct json_object *exchange,
    struct genauth_answer *answer);

#endif
