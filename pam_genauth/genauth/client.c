/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/client.h"

#include "common/clock.h"

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
