/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tape.h owns a recording in place of the network and of the person: what is
 * asked again is answered as it was then (record.h).
 */
#ifndef GENAUTH_TAPE_H
#define GENAUTH_TAPE_H

#include <stddef.h>

#include "genauth/client.h"
#include "genauth/http.h"

struct json_object;

/* Start from { exchanges, index }; exchanges must outlive it. */
struct genauth_tape {
	struct json_object *exchanges;	/* a list */
	size_t next;		/* the first that was not asked for yet */
	unsigned codes;		/* how many the person has typed */
};

/*
 * Gives the replies in their order; another request than the next one has
 * none.  Keys that were fetched between, which nobody needs, are passed over.
 * What stands for a token in a reply becomes a token with its claims.
 */
struct genauth_http_player genauth_tape_player(struct genauth_tape *tape);

/*
 * Types a code wherever one was sent next, a new one each time: which one it
 * was is not in a recording.  Else nothing.
 */
struct genauth_asker genauth_tape_asker(struct genauth_tape *tape);

#endif
