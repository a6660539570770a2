/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply.h owns what a reply of POST /api/v3/signin means (genauth-docs
 * reference/error-code.md; authing-node-sdk
 * models/LoginTokenResponseDataDto.ts).  Needs no network.
 */
#ifndef GENAUTH_REPLY_H
#define GENAUTH_REPLY_H

#include "common/answer.h"
#include "common/failure.h"
#include "common/options.h"
#include "genauth/api.h"

/*
 * Fills in what came back, also without a whole reply: how far it came says
 * what is slow.
 */
void genauth_reply_note(const struct genauth_api_reply *reply,
    struct genauth_answer *answer);

/*
 * Fills in verdict, reason, the codes, requestId and sub, and with OK the
 * tokens as far as they are there and can be exported, and whether they prove
 * the account.
 *
 * OK is what genauth_api_judge accepted (LoginTokenRespDto; the documents' own
 * successes differ in all but HTTP 2xx and statusCode 200), unless the
 * id_token is that of somebody else than account, the one that was asked for,
 * or does not prove that it is not and identity = required.  Where it was not
 * accepted, failure says why, and there may be no reply.
 */
void genauth_reply_take(bool accepted,
    const struct genauth_api_envelope *envelope,
    const struct genauth_failure *failure,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer);

/*
 * For what GenAuth has accepted: OK with the tokens of data, which may be NULL,
 * unless they say that it is somebody else.
 */
void genauth_reply_accept(struct json_object *data,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer);

/* Both for the text of a reply.  answer->http_status must be set. */
void genauth_reply_judge(const char *text, size_t length,
    const struct genauth_options *options, const char *account,
    struct genauth_answer *answer);

#endif
