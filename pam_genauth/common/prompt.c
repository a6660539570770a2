/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/prompt.h"

#include <stdio.h>
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

bool
genauth_prompt_is_again(enum genauth_prompt prompt)
{
	return prompt == GENAUTH_PROMPT_OTP_AGAIN ||
	    prompt == GENAUTH_PROMPT_EMAIL_AGAIN ||
	    prompt == GENAUTH_PROMPT_SMS_AGAIN;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
first_of(const char *text)
{
	char letter = text[0] | 0x20;

	return is_digit(text[0]) || (letter >= 'a' && letter <= 'z') ?
	    text[0] : '?';
}

static void
mask_email(const char *email, char out[GENAUTH_PROMPT_DETAIL])
{
	const char *at = strchr(email, '@');

	if (email[0] == '\0')
		out[0] = '\0';
	else if (at == NULL)
		snprintf(out, GENAUTH_PROMPT_DETAIL, "%c***", first_of(email));
	else
		snprintf(out, GENAUTH_PROMPT_DETAIL, "%c***@%c***",
		    first_of(email), first_of(at + 1));
}

/* The last digits of what has more than so many; of what is masked, all. */
static void
mask_phone(const char *phone, char out[GENAUTH_PROMPT_DETAIL])
{
	char last[5] = "";
	size_t count = 0;
	bool masked = strncmp(phone, "***", 3) == 0;

	for (const char *p = phone; *p != '\0'; p++)
		if (is_digit(*p)) {
			if (count >= 4)
				memmove(last, last + 1, 3);
			last[count < 4 ? count : 3] = *p;
			count++;
		}
	snprintf(out, GENAUTH_PROMPT_DETAIL, "%s%s", phone[0] != '\0' ?
	    "***" : "", count > 7 || masked ? last : "");
}

/* What is masked stays as it is.  A helper may have been taken over. */
static void
mask(enum genauth_prompt prompt, const char *detail,
    char out[GENAUTH_PROMPT_DETAIL])
{
	switch (prompt) {
	case GENAUTH_PROMPT_EMAIL:
	case GENAUTH_PROMPT_EMAIL_AGAIN:
		mask_email(detail, out);
		break;
	case GENAUTH_PROMPT_SMS:
	case GENAUTH_PROMPT_SMS_AGAIN:
		mask_phone(detail, out);
		break;
	default:
		out[0] = '\0';
	}
}

void
genauth_prompt_encode(enum genauth_prompt prompt, const char *detail,
    struct genauth_records *records)
{
	char place[GENAUTH_PROMPT_DETAIL] = "";

	if (detail != NULL)
		mask(prompt, detail, place);
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
	for (int i = 0; i < GENAUTH_PROMPT_COUNT; i++)
		if (strcmp(prompts[i].name, name) == 0) {
			ask->prompt = (enum genauth_prompt)i;
			mask(ask->prompt, detail, ask->detail);
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
