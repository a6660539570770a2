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
 * that export_tokens lists.  account is the one that was asked for; an id_token
 * of somebody else is a refusal.  answer->http_status must be set.
 */
void genauth_reply_judge(const char *text, size_t length,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer);

#endif
