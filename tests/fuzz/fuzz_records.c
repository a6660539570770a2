/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One message between the module and genauth-signin: as a list of records, and
 * as what each kind of message holds.
 */
#include "fuzz/fuzz.h"

#include "common/answer.h"
#include "common/prompt.h"
#include "common/question.h"
#include "unit/option_text.h"

enum { ANSWER, OPTIONS, LOGIN, KEY, ASK, REPLY };
struct fuzz_goal fuzz_goals[] = {
	[ANSWER] = { "an answer with tokens that is OK", false },
	[OPTIONS] = { "the options of START", false },
	[LOGIN] = { "a question for a login", false },
	[KEY] = { "a key for the cache", false },
	[ASK] = { "a question to the person", false },
	[REPLY] = { "a reply of the person's", false },
	{ NULL, false },
};

static void
check_walk(const struct genauth_records *records)
{
	size_t position = 0, length, found_length;
	const char *value, *found;
	char name[256];

	while (genauth_records_next(records, &position, name, &value,
	    &length)) {
		REQUIRE(name[0] != '\0');
		REQUIRE(value >= records->data && value + length <=
		    records->data + records->length);
		found = genauth_records_find(records, name, &found_length);
		/* The first of that name. */
		REQUIRE(found != NULL && found <= value);
	}
	REQUIRE(position == records->length);
}

static void
check_answer(const struct genauth_records *records)
{
	struct genauth_answer answer;
	size_t length;
	const char *verdict = genauth_records_find(records, "verdict",
	    &length);

	if (!genauth_answer_decode(records, &answer)) {
		REQUIRE(answer.verdict == GENAUTH_INTERNAL);
		REQUIRE(answer.id_token.data == NULL);
		REQUIRE(answer.access_token.data == NULL);
		return;
	}
	if (answer.verdict == GENAUTH_OK)
		REQUIRE(length == 2 && memcmp(verdict, "OK", 2) == 0);
	REQUIRE(fuzz_is_clean(answer.reason));
	REQUIRE(fuzz_is_clean(answer.request_id));
	REQUIRE(answer.id_token.length <= GENAUTH_TOKEN_LIMIT);
	REQUIRE(answer.access_token.length <= GENAUTH_TOKEN_LIMIT);
	if (answer.id_token.data != NULL)
		REQUIRE(fuzz_is_clean(answer.id_token.data) &&
		    strlen(answer.id_token.data) == answer.id_token.length);
	fuzz_goals[ANSWER].reached |= answer.verdict == GENAUTH_OK &&
	    answer.id_token.data != NULL && answer.access_token.data != NULL;
	genauth_answer_free(&answer);
}

static void
check_start(const struct genauth_records *records)
{
	struct genauth_failure failure = { 0 }, again;
	struct genauth_options options;
	struct genauth_start start;

	REQUIRE(genauth_options_init(&options));
	if (genauth_question_get_start(records, &start, &options, &failure)) {
		REQUIRE(options.app_host != NULL && options.app_id != NULL);
		REQUIRE(start.operation < GENAUTH_OPERATION_COUNT);
		fuzz_goals[OPTIONS].reached = true;
	} else {
		REQUIRE(failure.verdict == GENAUTH_INTERNAL ||
		    failure.verdict == GENAUTH_CONFIG);
		REQUIRE(failure.text[0] != '\0' &&
		    fuzz_is_clean(failure.text));
	}
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
		const char *value = option_text(&options,
		    (enum genauth_option)i);

		REQUIRE(value == NULL || *value == '\0' ||
		    genauth_options_set(NULL, (enum genauth_option)i, value,
		    GENAUTH_PLACE_SECTION, &again));
	}
	genauth_secret_free(&start.password_key);
	genauth_options_free(&options);
}

static void
check_login(const struct genauth_records *records)
{
	struct genauth_question question;

	if (!genauth_question_get_login(records, &question))
		return;
	REQUIRE(question.account[0] != '\0' && question.password[0] != '\0');
	REQUIRE(strlen(question.account) < sizeof(question.account));
	REQUIRE(strlen(question.password) < sizeof(question.password));
	REQUIRE(strlen(question.client_ip) < sizeof(question.client_ip));
	REQUIRE(strlen(question.sub) < sizeof(question.sub));
	REQUIRE(question.timeout_ms > 0);
	fuzz_goals[LOGIN].reached = true;
}

static void
check_keep(const struct genauth_records *records)
{
	struct genauth_keep keep;

	if (genauth_keep_decode(records, &keep) &&
	    keep.password_key.data != NULL)
		REQUIRE(strlen(keep.password_key.data) ==
		    keep.password_key.length);
	fuzz_goals[KEY].reached |= keep.is_there;
	genauth_keep_free(&keep);
}

static void
check_ask(const struct genauth_records *records)
{
	struct genauth_ask ask, again;
	struct genauth_records sent = { 0 };

	if (!genauth_prompt_decode(records, &ask))
		return;
	REQUIRE((unsigned)ask.prompt < GENAUTH_PROMPT_COUNT);
	REQUIRE(memchr(ask.detail, '\0', sizeof(ask.detail)) != NULL);
	REQUIRE(fuzz_is_word(ask.detail));
	/* What was cleaned stays as it is. */
	genauth_prompt_encode(ask.prompt, ask.detail, &sent);
	REQUIRE(genauth_prompt_decode(&sent, &again));
	REQUIRE(again.prompt == ask.prompt);
	REQUIRE(strcmp(again.detail, ask.detail) == 0);
	fuzz_goals[ASK].reached = true;
	genauth_records_free(&sent);
}

static void
check_reply(const struct genauth_records *records)
{
	struct genauth_secret reply = { 0 };

	if (genauth_prompt_decode_reply(records, &reply)) {
		REQUIRE(reply.length < GENAUTH_PROMPT_REPLY);
		REQUIRE(strlen(reply.data) == reply.length);
		fuzz_goals[REPLY].reached = true;
	} else {
		REQUIRE(reply.data == NULL);
	}
	genauth_secret_free(&reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct genauth_records records = { 0 };

	if (size == 0 || size > GENAUTH_RECORDS_LIMIT)
		return 0;
	REQUIRE((records.data = malloc(size)) != NULL);
	memcpy(records.data, data, size);
	records.length = size;
	if (genauth_records_are_valid(records.data, records.length)) {
		check_walk(&records);
		check_answer(&records);
		check_keep(&records);
		check_start(&records);
		check_login(&records);
		check_ask(&records);
		check_reply(&records);
	}
	genauth_records_free(&records);
	return 0;
}
