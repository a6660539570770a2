/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/code.h"

#include <string.h>

/* Six digits, as a rule; what GenAuth mails may be longer. */
#define CODE_LEAST 4
#define CODE_MOST 16

/* The most tries (option mfa_tries). */
#define TRY_LIMIT 5

/* The codes of one login that went out, or would have. */
struct tries {
	char codes[TRY_LIMIT][CODE_MOST + 1];
	int count;
};

/* Letters and digits; people type "123 456".  false: it is no code. */
static bool
read_code(const char *text, char code[CODE_MOST + 1])
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t length = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '-')
			continue;
		if (strchr(set, *text) == NULL || length == CODE_MOST)
			return false;
		code[length++] = *text;
	}
	code[length] = '\0';
	return length >= CODE_LEAST;
}

/* The next of the tries, or NULL where the text is not to be sent. */
static const char *
add_try(struct tries *tries, const char *text)
{
	char *code = tries->codes[tries->count];

	if (!read_code(text, code))
		return NULL;
	for (int i = 0; i < tries->count; i++)
		if (strcmp(tries->codes[i], code) == 0)
			return NULL;
	tries->count++;
	return code;
}

static enum genauth_code_finding
try_once(struct genauth_client *client, const struct genauth_code *code,
    enum genauth_prompt prompt, struct tries *tries,
    struct genauth_failure *failure)
{
	enum genauth_code_finding finding = GENAUTH_CODE_UNKNOWN;
	struct genauth_secret reply = { 0 };
	const char *text;

	if (genauth_client_ask(client, prompt, code->detail, &reply,
	    failure)) {
		text = add_try(tries, reply.data);
		finding = text == NULL ? GENAUTH_CODE_WRONG :
		    code->verify(code->data, text, failure);
	}
	genauth_secret_free(&reply);
	return finding;
}

bool
genauth_code_ask(struct genauth_client *client,
    const struct genauth_code *code, struct genauth_failure *failure)
{
	enum genauth_code_finding finding = GENAUTH_CODE_WRONG;
	struct tries tries = { .count = 0 };
	long long most = client->options->mfa_tries;

	for (int i = 0; i < TRY_LIMIT && i < most &&
	    finding == GENAUTH_CODE_WRONG; i++)
		finding = try_once(client, code, i == 0 ? code->prompt :
		    code->again, &tries, failure);
	explicit_bzero(&tries, sizeof(tries));
	if (finding == GENAUTH_CODE_WRONG)
		genauth_failure_set(failure, GENAUTH_DENIED,
		    "the second factor was wrong each time (mfa_tries)");
	return finding == GENAUTH_CODE_RIGHT;
}
