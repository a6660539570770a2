/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/client.h"

#include <string.h>

#include "common/clock.h"
#include "genauth/json.h"

bool
genauth_client_ask(struct genauth_client *client, enum genauth_prompt prompt,
    const char *detail, struct genauth_secret *reply,
    struct genauth_failure *failure)
{
	bool asked = client->asker.ask(client->asker.data, prompt, detail,
	    reply, failure);

	client->deadline = genauth_clock_ms() + client->timeout_ms;
	return asked;
}

bool
genauth_client_call(const struct genauth_client *client,
    const struct genauth_api_request *request,
    struct genauth_api_reply *reply, struct genauth_failure *failure)
{
	struct genauth_api_request timed = *request;

	timed.deadline = client->deadline;
	return genauth_api_call(client->http, client->options, &timed, reply,
	    failure);
}

void
genauth_client_keep_token(struct genauth_client *client,
    struct json_object *data)
{
	const char *token;

	if (client->options->revoke_tokens != GENAUTH_REVOKE_NO &&
	    genauth_json_string(data, "access_token", &token) &&
	    *token != '\0')
		genauth_secret_set(&client->access_token, token,
		    strlen(token));
}
