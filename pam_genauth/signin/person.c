/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/person.h"

#include "common/clock.h"
#include "common/message.h"

/* false: it is late, cannot be read, or says that there is none. */
static bool
take_reply(int fd, struct genauth_secret *reply,
    struct genauth_failure *failure)
{
	struct genauth_message message;
	enum genauth_received received = genauth_message_receive(fd, false,
	    &message, genauth_clock_ms() + GENAUTH_PERSON_LIMIT_MS);
	bool came = received == GENAUTH_RECEIVED &&
	    message.kind == GENAUTH_MESSAGE_REPLY;
	bool done = came && genauth_prompt_decode_reply(&message.records,
	    reply);

	genauth_message_free(&message);
	if (done)
		return true;
	if (came || received == GENAUTH_RECEIVED_LATE)
		return genauth_failure_set(failure, GENAUTH_DENIED, came ?
		    "nobody has typed a code" :
		    "nobody has typed a code within 120 s");
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "genauth-signin got no reply to its question");
}

bool
genauth_person_ask(void *data, enum genauth_prompt prompt, const char *detail,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	const int *fd = data;
	struct genauth_records records = { 0 };
	bool sent;

	*reply = (struct genauth_secret){ 0 };
	genauth_prompt_encode(prompt, detail, &records);
	sent = genauth_message_send(*fd, GENAUTH_MESSAGE_ASK, &records, NULL,
	    0);
	genauth_records_free(&records);
	return sent ? take_reply(*fd, reply, failure) :
	    genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "genauth-signin cannot ask");
}
