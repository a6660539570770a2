/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/answer.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

/* The numbers of an answer by the name of their record. */
static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
#define NUMBER(field) { #field, offsetof(struct genauth_answer, field) }
	NUMBER(http_status),
	NUMBER(status_code),
	NUMBER(api_code),
	NUMBER(dns_ms),
	NUMBER(connect_ms),
	NUMBER(tls_ms),
	NUMBER(wait_ms),
	NUMBER(proven),
#undef NUMBER
};
#define NUMBER_COUNT (sizeof(numbers) / sizeof(numbers[0]))

static long long *
number_of(struct genauth_answer *answer, size_t i)
{
	return (long long *)(void *)((char *)answer + numbers[i].offset);
}

static const char *const factors[GENAUTH_FACTOR_COUNT] = {
	[GENAUTH_FACTOR_NONE] = "none",
	[GENAUTH_FACTOR_OTP] = "otp",
	[GENAUTH_FACTOR_EMAIL] = "email",
	[GENAUTH_FACTOR_SMS] = "sms",
	[GENAUTH_FACTOR_GRACE] = "grace",
};

const char *
genauth_factor_name(enum genauth_factor factor)
{
	return factors[factor < GENAUTH_FACTOR_COUNT ? factor :
	    GENAUTH_FACTOR_NONE];
}

static const char *const holders[GENAUTH_HOLDS_COUNT] = {
	[GENAUTH_HOLDS_UNASKED] = "unasked",
	[GENAUTH_HOLDS_OLD] = "old",
	[GENAUTH_HOLDS_NEW] = "new",
	[GENAUTH_HOLDS_UNKNOWN] = "unknown",
};

const char *
genauth_holds_name(enum genauth_holds holds)
{
	return holders[holds < GENAUTH_HOLDS_COUNT ? holds :
	    GENAUTH_HOLDS_UNKNOWN];
}

/* The place in a list of names; -1: it is missing, or none of them. */
static int
get_word(const struct genauth_records *records, const char *record,
    const char *const *names, int count)
{
	char name[16];

	if (!genauth_records_get_text(records, record, name, sizeof(name)))
		return -1;
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* Only behind a change of the password. */
static bool
get_holds(const struct genauth_records *records, struct genauth_answer *answer)
{
	size_t length;
	int holds;

	if (genauth_records_find(records, "holds", &length) == NULL)
		return true;
	holds = get_word(records, "holds", holders, GENAUTH_HOLDS_COUNT);
	if (holds <= GENAUTH_HOLDS_UNASKED)
		return false;
	answer->holds = (enum genauth_holds)holds;
	return true;
}

static bool
get_words(const struct genauth_records *records, struct genauth_answer *answer)
{
	int factor = get_word(records, "factor", factors,
	    GENAUTH_FACTOR_COUNT);

	if (factor < 0)
		return false;
	answer->factor = (enum genauth_factor)factor;
	return get_holds(records, answer);
}

/* Such a list, or "-"; it goes into the log. */
static bool
are_codes(const char *codes)
{
	size_t length;

	if (strcmp(codes, "-") == 0)
		return true;
	for (; ; codes += length + 1) {
		length = strcspn(codes, ",");
		if (!genauth_text_is_code(codes, length))
			return false;
		if (codes[length] == '\0')
			return true;
	}
}

static void
add_codes(struct genauth_records *records, const char *name, const char *codes)
{
	if (codes[0] != '\0')
		genauth_records_add_text(records, name, codes);
}

/* Not there, where nothing was asked for. */
static bool
get_codes(const struct genauth_records *records, const char *name,
    char codes[GENAUTH_CODES_SIZE])
{
	size_t length;

	return genauth_records_find(records, name, &length) == NULL ||
	    (genauth_records_get_text(records, name, codes,
	    GENAUTH_CODES_SIZE) && are_codes(codes));
}

void
genauth_answer_refuse(struct genauth_answer *answer,
    enum genauth_verdict verdict, const char *reason)
{
	genauth_secret_free(&answer->id_token);
	genauth_secret_free(&answer->access_token);
	answer->proven = 0;
	answer->verdict = verdict;
	snprintf(answer->reason, sizeof(answer->reason), "%s", reason);
}

void
genauth_answer_encode(const struct genauth_answer *answer,
    struct genauth_records *records)
{
	struct genauth_answer copy = *answer;

	genauth_records_add_text(records, "verdict",
	    genauth_verdict_name(answer->verdict));
	genauth_records_add_text(records, "reason", answer->reason);
	genauth_records_add_text(records, "weaker", answer->weaker);
	genauth_records_add_text(records, "request_id", answer->request_id);
	genauth_records_add_text(records, "factor",
	    genauth_factor_name(answer->factor));
	if (answer->holds != GENAUTH_HOLDS_UNASKED)
		genauth_records_add_text(records, "holds",
		    genauth_holds_name(answer->holds));
	genauth_records_add_text(records, "sub", answer->sub);
	add_codes(records, "roles", answer->roles);
	add_codes(records, "groups", answer->groups);
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		genauth_records_add_number(records, numbers[i].name,
		    *number_of(&copy, i));
	genauth_records_add_text(records, "id_token", answer->id_token.data);
	genauth_records_add_text(records, "access_token",
	    answer->access_token.data);
}

/* A token goes into the environment: base64url, dots and little else. */
bool
genauth_answer_can_hold_token(const char *token, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (token[i] <= ' ' || token[i] > '~')
			return false;
	return length <= GENAUTH_TOKEN_LIMIT;
}

static bool
get_token(const struct genauth_records *records, const char *name,
    struct genauth_secret *token)
{
	size_t length;
	const char *value = genauth_records_find(records, name, &length);

	return value == NULL || (genauth_answer_can_hold_token(value, length) &&
	    genauth_secret_set(token, value, length));
}

/* A key goes into a file: printable, in lines. */
bool
genauth_answer_can_hold_key(const char *key, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((key[i] < ' ' || key[i] > '~') && key[i] != '\n' &&
		    key[i] != '\r')
			return false;
	return length <= GENAUTH_PUBLIC_KEY_LIMIT;
}

/* An id is one word of the log line. */
static bool
is_id(const char *text, size_t size)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return strspn(text, allowed) == strlen(text) && strlen(text) < size;
}

bool
genauth_answer_can_hold_request_id(const char *request_id)
{
	struct genauth_answer *answer = NULL;

	return is_id(request_id, sizeof(answer->request_id));
}

bool
genauth_answer_can_hold_sub(const char *sub)
{
	struct genauth_answer *answer = NULL;

	return is_id(sub, sizeof(answer->sub));
}

/* A status of HTTP has three digits, and no login takes as long as that. */
static bool
are_numbers_sound(const struct genauth_answer *answer)
{
	const long long times[] = { answer->dns_ms, answer->connect_ms,
	    answer->tls_ms, answer->wait_ms };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i] < 0 || times[i] > 1000000000)
			return false;
	return answer->http_status >= 0 && answer->http_status <= 999 &&
	    (answer->proven == 0 || answer->proven == 1);
}

bool
genauth_answer_decode(const struct genauth_records *records,
    struct genauth_answer *answer)
{
	char verdict[32], reason[sizeof(answer->reason)];
	char weaker[sizeof(answer->weaker)];
	char request_id[sizeof(answer->request_id)];
	char sub[sizeof(answer->sub)];

	*answer = (struct genauth_answer){ 0 };
	if (!genauth_records_get_text(records, "verdict", verdict,
	    sizeof(verdict)) ||
	    !genauth_records_get_text(records, "reason", reason,
	    sizeof(reason)) ||
	    !genauth_records_get_text(records, "request_id", request_id,
	    sizeof(request_id)) ||
	    !genauth_answer_can_hold_request_id(request_id) ||
	    !genauth_records_get_text(records, "sub", sub, sizeof(sub)) ||
	    !genauth_answer_can_hold_sub(sub))
		return false;
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		if (!genauth_records_get_number(records, numbers[i].name,
		    number_of(answer, i)))
			goto malformed;
	if (!are_numbers_sound(answer) ||
	    !get_words(records, answer) ||
	    !get_codes(records, "roles", answer->roles) ||
	    !get_codes(records, "groups", answer->groups) ||
	    !get_token(records, "id_token", &answer->id_token) ||
	    !get_token(records, "access_token", &answer->access_token))
		goto malformed;
	genauth_text_clean(answer->reason, sizeof(answer->reason), reason);
	genauth_records_get_text(records, "weaker", weaker, sizeof(weaker));
	genauth_text_clean(answer->weaker, sizeof(answer->weaker), weaker);
	memcpy(answer->request_id, request_id, sizeof(request_id));
	memcpy(answer->sub, sub, sizeof(sub));
	answer->verdict = genauth_verdict_parse(verdict);
	/* Nobody who is refused has proven anything. */
	if (answer->proven == 0 || answer->verdict == GENAUTH_OK)
		return true;
malformed:
	genauth_answer_free(answer);
	return false;
}

void
genauth_answer_free(struct genauth_answer *answer)
{
	genauth_secret_free(&answer->id_token);
	genauth_secret_free(&answer->access_token);
	*answer = (struct genauth_answer){ 0 };
}

void
genauth_keep_encode(const struct genauth_keep *keep,
    struct genauth_records *records)
{
	genauth_records_add_text(records, "password_key",
	    keep->password_key.data != NULL ? keep->password_key.data : "");
}

bool
genauth_keep_decode(const struct genauth_records *records,
    struct genauth_keep *keep)
{
	size_t length;
	const char *key = genauth_records_find(records, "password_key",
	    &length);

	*keep = (struct genauth_keep){ 0 };
	keep->is_there = key != NULL &&
	    genauth_answer_can_hold_key(key, length) &&
	    genauth_secret_set(&keep->password_key, key, length);
	return keep->is_there;
}

void
genauth_keep_free(struct genauth_keep *keep)
{
	genauth_secret_free(&keep->password_key);
	keep->is_there = false;
}
