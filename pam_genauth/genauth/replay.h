/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.h owns the judging of replies that were described by record.h, or
 * printed by GenAuth's documents and written down in the same form.
 */
#ifndef GENAUTH_REPLAY_H
#define GENAUTH_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/answer.h"

struct json_object;

/*
 * Judges the reply of a POST /api/v3/signin as the login does, and those of the
 * exchanges behind it that a second factor needs.  exchanges is a list.  false:
 * the one at index is another one, or has no reply.  answer is emptied first;
 * the caller frees it.
 */
bool genauth_replay(struct json_object *exchanges, size_t index,
    struct genauth_answer *answer);

#endif
