/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/prompt.h"

#include <string.h>

#include "common/text.h"

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

void
genauth_prompt_encode(enum genauth_prompt prompt, const char *detail,
    struct genauth_records *records)
{
	char clean[GENAUTH_PROMPT_DETAIL] = "";

	if (detail != NULL)
		genauth_text_clean(clean, sizeof(clean), detail);
	genauth_records_add_text(records, "prompt", prompts[prompt].name);
	genauth_records_add_text(records, "detail", clean);
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
	genauth_text_clean(ask->detail, sizeof(ask->detail), detail);
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
