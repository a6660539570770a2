/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prompt.h owns what genauth-signin asks the person (ASK), and what comes back
 * (REPLY).
 */
#ifndef GENAUTH_PROMPT_H
#define GENAUTH_PROMPT_H

#include "common/records.h"
#include "common/secret.h"

enum genauth_prompt {
#define PROMPT(name, ...) GENAUTH_PROMPT_##name,
#include "common/prompts.def"
#undef PROMPT
	GENAUTH_PROMPT_COUNT
};

/* Where a code was sent, masked, with the NUL. */
#define GENAUTH_PROMPT_DETAIL 16

/* The longest reply, in bytes. */
#define GENAUTH_PROMPT_REPLY 128

struct genauth_ask {
	enum genauth_prompt prompt;
	/*
	 * Where the code was sent, enough to know which one is meant: for
	 * EMAIL "a***@e***" or "a***", for SMS "***4567" with up to four
	 * digits, else "".  Nobody can be talked to with it.
	 */
	char detail[GENAUTH_PROMPT_DETAIL];
};

/* The text of prompts.def, for gettext. */
const char *genauth_prompt_text(enum genauth_prompt prompt);

/* Whether the code before was refused. */
bool genauth_prompt_is_again(enum genauth_prompt prompt);

/* detail: the e-mail address or the number, which is masked; NULL: none. */
void genauth_prompt_encode(enum genauth_prompt prompt, const char *detail,
    struct genauth_records *records);

/* The same, from a message that may be hostile.  false: malformed. */
bool genauth_prompt_decode(const struct genauth_records *records,
    struct genauth_ask *ask);

void genauth_prompt_encode_reply(const struct genauth_secret *reply,
    struct genauth_records *records);

/*
 * false: malformed, too long, or out of memory.  The caller frees reply.
 */
bool genauth_prompt_decode_reply(const struct genauth_records *records,
    struct genauth_secret *reply);

#endif
