/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/prompt.h"

#include <string.h>

static const struct {
	const char *name, *text;
} prompts[GENAUTH_PROMPT_COUNT] = {
#define PROMPT(name, text) { #name, text },
#include "common/prompts.def"
#undef PROMPT
};

const char *
genauth_prompt_text(enum genauth_prompt prompt)
{
	return prompts[prompt].text;
}

/* One word: a helper that was taken over cannot talk to anybody with it. */
static void
clean(char out[GENAUTH_PROMPT_DETAIL], const char *detail)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789@.*+-_";
	size_t i;

	for (i = 0; i + 1 < GENAUTH_PROMPT_DETAIL && detail[i] != '\0'; i++)
		out[i] = strchr(allowed, detail[i]) != NULL ? detail[i] : '?';
	out[i] = '\0';
}

void
genauth_prompt_encode(enum genauth_prompt prompt, const char *detail,
    struct genauth_records *records)
{
	char place[GENAUTH_PROMPT_DETAIL] = "";

	if (detail != NULL)
		clean(place, detail);
	genauth_records_add_text(records, "prompt", prompts[prompt].name);
	genauth_records_add_text(records, "detail", place);
}

bool
genauth_prompt_decode(const struct genauth_records *records,
    struct genauth_ask *ask)
{
	char name[32], detail[GENAUTH_PROMPT_DETAIL];

	*ask = (struct genauth_ask){ 0 };
	if (!genauth_records_get_text(records, "prompt", name, sizeof(name)) ||
	    !genauth_records_get_text(records, "detail", detail,
	    sizeof(detail)))
		return false;
	clean(ask->detail, detail);
	for (int i = 0; i < GENAUTH_PROMPT_COUNT; i++)
		if (strcmp(prompts[i].name, name) == 0) {
			ask->prompt = (enum genauth_prompt)i;
			return true;
		}
	return false;
}

void
genauth_prompt_encode_reply(const struct genauth_secret *reply,
    struct genauth_records *records)
{
	genauth_records_add_text(records, "text", reply->data);
}

bool
genauth_prompt_decode_reply(const struct genauth_records *records,
    struct genauth_secret *reply)
{
	size_t length;
	const char *text = genauth_records_find(records, "text", &length);

	return text != NULL && length < GENAUTH_PROMPT_REPLY &&
	    memchr(text, '\0', length) == NULL &&
	    genauth_secret_set(reply, text, length);
}
