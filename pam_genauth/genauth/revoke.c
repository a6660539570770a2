/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/revoke.h"

#include "common/clock.h"
#include "genauth/api.h"

void
genauth_revoke(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_secret *access_token)
{
	const struct genauth_api_field form[] = {
		{ "token", access_token->data },
		{ "token_type_hint", "access_token" }, { NULL, NULL } };
	const struct genauth_api_request request = {
	    .path = GENAUTH_REVOCATION_ENDPOINT, .form = form, .bare = true,
	    .deadline = genauth_clock_ms() + GENAUTH_REVOKE_MS };
	struct genauth_api_reply reply;
	struct genauth_failure ignored;

	genauth_api_call(http, options, &request, &reply, &ignored);
	genauth_api_reply_free(&reply);
}
