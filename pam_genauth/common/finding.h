/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.h owns what a look at the way to GenAuth finds, step by step:
 * libgenauth fills it, genauth-signin sends it, genauthctl shows it.
 */
#ifndef GENAUTH_FINDING_H
#define GENAUTH_FINDING_H

#include <stdbool.h>

#include "common/answer.h"
#include "common/records.h"

/* In the order in which they are taken; each at most once, but for FILES. */
enum genauth_step {
	GENAUTH_STEP_FILES,	/* a file that helper_user may not read */
	GENAUTH_STEP_DNS,
	GENAUTH_STEP_TCP,
	GENAUTH_STEP_TLS,	/* the handshake, and a reply of whomever */
	GENAUTH_STEP_APP,	/* app_id and app_secret */
	GENAUTH_STEP_METHOD,	/* token_endpoint_auth_method */
	GENAUTH_STEP_KEY,	/* for password_encrypt_type */
	GENAUTH_STEP_COUNT
};

enum genauth_checked {
	GENAUTH_CHECKED_RIGHT,
	GENAUTH_CHECKED_WRONG,
	GENAUTH_CHECKED_UNKNOWN,	/* nobody who knows has said */
	GENAUTH_CHECKED_COUNT
};

struct genauth_finding {
	enum genauth_step step;
	enum genauth_checked checked;
	/*
	 * Printable, in one line.  FILES: the path; DNS: an address, if RIGHT;
	 * TLS: whose certificate expires first, if RIGHT; else why it is not.
	 */
	char text[512];
	long long ms;		/* DNS, TCP: how long it took */

	/* Only of TLS: the reply, and the chain that the server sent. */
	long long http_status;
	bool is_json;		/* the reply is a JSON object */
	bool has_keys;		/* with the public keys of GenAuth */
	bool has_date;
	long long clock_ahead;	/* seconds that our clock is ahead of its */
	long long certificates;	/* 0: it sent none */
	long long days_left;	/* until the first of them expires */
	char pin[80];		/* "sha256//…" of the server's own key */

	/* Only of KEY, if RIGHT: as GenAuth publishes it */
	char key[GENAUTH_PUBLIC_KEY_LIMIT + 1];
};

/* Who is told of each finding. */
struct genauth_finding_listener {
	void (*found)(void *data, const struct genauth_finding *finding);
	void *data;
};

/* Adds it to a message; check records->failed. */
void genauth_finding_encode(const struct genauth_finding *finding,
    struct genauth_records *records);

/*
 * Reads it out of a message that may be hostile: checked and cleaned as if it
 * came from the network.  false: malformed.
 */
bool genauth_finding_decode(const struct genauth_records *records,
    struct genauth_finding *finding);

#endif
