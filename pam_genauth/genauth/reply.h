/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply.h owns what a reply of POST /api/v3/signin means (genauth-docs
 * reference/error-code.md; authing-node-sdk
 * models/LoginTokenResponseDataDto.ts).  Needs no network.
 */
#ifndef GENAUTH_REPLY_H
#define GENAUTH_REPLY_H

#include "common/answer.h"
#include "common/options.h"

/*
 * Fills in verdict, reason, the codes and requestId, and with OK the tokens
 * as far as they are there and can be exported.
 * answer->http_status must be set.
 *
 * OK is HTTP 2xx and the integer statusCode 200 (LoginTokenRespDto; the
 * documents' own successes differ in all else), unless apiCode is known as a
 * refusal or a step, or the id_token is that of somebody else than account,
 * the one that was asked for.
 */
void genauth_reply_judge(const char *text, size_t length,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer);

#endif
