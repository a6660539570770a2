/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.h owns what one login, or the change of a password, brought:
 * libgenauth fills it, genauth-signin sends it, pam_genauth.so reads it.
 */
#ifndef GENAUTH_ANSWER_H
#define GENAUTH_ANSWER_H

#include "common/records.h"
#include "common/secret.h"
#include "common/verdict.h"

/* The longest token that is passed on, in bytes: two fit one message. */
#define GENAUTH_TOKEN_LIMIT 24576

/* Of a sub that is remembered or logged, with the NUL. */
#define GENAUTH_SUB_SIZE 65

/* The second factor of a login. */
enum genauth_factor {
	GENAUTH_FACTOR_NONE,	/* none was asked for */
	GENAUTH_FACTOR_GRACE,	/* it was right a short while ago */
	GENAUTH_FACTOR_OTP,
	GENAUTH_FACTOR_EMAIL,
	GENAUTH_FACTOR_SMS,
	GENAUTH_FACTOR_COUNT
};

/* Its name in the log. */
const char *genauth_factor_name(enum genauth_factor factor);

/* Which password holds, after its change was asked for. */
enum genauth_holds {
	GENAUTH_HOLDS_UNASKED,	/* nothing was to be changed */
	GENAUTH_HOLDS_OLD,	/* nothing was sent, or GenAuth has refused */
	GENAUTH_HOLDS_NEW,
	GENAUTH_HOLDS_UNKNOWN,	/* there was no usable reply */
	GENAUTH_HOLDS_COUNT
};

/* Its name in the log. */
const char *genauth_holds_name(enum genauth_holds holds);

/* Of a text that lists codes (genauth_text_is_code), a comma between them. */
#define GENAUTH_CODES_SIZE 129

/* Of a text that names what genauth-signin is not confined by. */
#define GENAUTH_WEAKER_SIZE 256

/*
 * Zeroed memory is an answer: INTERNAL, without a reason.  The holder calls
 * genauth_answer_free.
 */
struct genauth_answer {
	enum genauth_verdict verdict;
	char reason[512];	/* for the log: printable, one line */
	char weaker[GENAUTH_WEAKER_SIZE];	/* the same; "": nothing */

	enum genauth_factor factor;	/* asked for last, right or wrong */
	enum genauth_holds holds;

	/*
	 * Which of require_roles and of require_groups the person has; "-":
	 * none of them, "": GenAuth was not asked.
	 */
	char roles[GENAUTH_CODES_SIZE], groups[GENAUTH_CODES_SIZE];

	/* What GenAuth said; 0 or "" when it did not. */
	long long http_status;
	long long status_code;	/* statusCode of the envelope */
	long long api_code;	/* apiCode */
	char request_id[65];	/* requestId, letters, digits, '-' and '_' */

	/*
	 * The sub of the id_token, GenAuth's own id of the person: letters,
	 * digits, '-' and '_'.  "" where there is none or it is another text;
	 * never a part of one.  Also of a token that was refused as another
	 * account's.
	 */
	char sub[GENAUTH_SUB_SIZE];
	/*
	 * 1: with identity = required, the id_token has shown that it is the
	 * account's.  Only with OK.
	 */
	long long proven;

	/* Milliseconds; 0 for what did not happen. */
	long long dns_ms, connect_ms, tls_ms;	/* of the connection used */
	long long wait_ms;	/* from the request sent to the first byte */
	long long total_ms;	/* the whole login; not sent, see login/login.h */

	/* Only with OK. */
	struct genauth_secret id_token, access_token;
};

/* The longest public key, in bytes. */
#define GENAUTH_PUBLIC_KEY_LIMIT 4096

/*
 * What becomes of the cached key that passwords are encrypted with: nothing,
 * or it is replaced, or dropped where password_key is empty.
 */
struct genauth_keep {
	bool is_there;
	struct genauth_secret password_key;
};

void genauth_keep_encode(const struct genauth_keep *keep,
    struct genauth_records *records);

/* false: malformed, from a message that may be hostile; keep is then empty. */
bool genauth_keep_decode(const struct genauth_records *records,
    struct genauth_keep *keep);

void genauth_keep_free(struct genauth_keep *keep);

/* Sets verdict and reason and drops the tokens; the rest stays. */
void genauth_answer_refuse(struct genauth_answer *answer,
    enum genauth_verdict verdict, const char *reason);

/* Whether a token is short enough and can stand in an environment. */
bool genauth_answer_can_hold_token(const char *token, size_t length);

/* Whether that is a requestId as the log can hold it: it is foreign text. */
bool genauth_answer_can_hold_request_id(const char *request_id);

/* Whether that is a sub as an answer can hold it. */
bool genauth_answer_can_hold_sub(const char *sub);

/* Whether a public key is short enough and printable. */
bool genauth_answer_can_hold_key(const char *key, size_t length);

/* Adds the answer to a message; check records->failed. */
void genauth_answer_encode(const struct genauth_answer *answer,
    struct genauth_records *records);

/*
 * Reads an answer out of a message that may be hostile: it is checked and
 * cleaned as if it came from the network.  false: malformed; answer is then
 * INTERNAL and empty.
 */
bool genauth_answer_decode(const struct genauth_records *records,
    struct genauth_answer *answer);

void genauth_answer_free(struct genauth_answer *answer);

#endif
