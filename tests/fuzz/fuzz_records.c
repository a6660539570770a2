/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between the module and genauth-signin, in all three directions: as
 * a list of records, as the answer, as the options and as the credentials.
 */
#include "fuzz/fuzz.h"

#include "unit/option_text.h"

/* The reading of the first two messages is private to the program. */
#define main signin_main
int signin_main(void);
#include "signin/main.c"
#undef main

static int module_fd = -1;

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
		REQUIRE(!answer.public_key_changed);
		return;
	}
	if (answer.verdict == GENAUTH_OK)
		REQUIRE(length == 2 && memcmp(verdict, "OK", 2) == 0);
	REQUIRE(fuzz_is_clean(answer.reason));
	REQUIRE(fuzz_is_clean(answer.request_id));
	REQUIRE(answer.id_token.length <= GENAUTH_TOKEN_LIMIT);
	REQUIRE(answer.access_token.length <= GENAUTH_TOKEN_LIMIT);
	REQUIRE(answer.public_key.length <= GENAUTH_PUBLIC_KEY_LIMIT);
	if (answer.id_token.data != NULL)
		REQUIRE(fuzz_is_clean(answer.id_token.data) &&
		    strlen(answer.id_token.data) == answer.id_token.length);
	if (answer.public_key.data != NULL)
		REQUIRE(strlen(answer.public_key.data) ==
		    answer.public_key.length);
	genauth_answer_free(&answer);
}

static void
post(const uint8_t *data, size_t size)
{
	REQUIRE(send(module_fd, data, size, 0) == (ssize_t)size);
}

static void
check_options(const uint8_t *data, size_t size)
{
	struct genauth_failure failure = { 0 }, again;
	struct genauth_signin_key key = { 0 };
	struct genauth_options options;
	bool prepare = false;

	post(data, size);
	REQUIRE(genauth_options_init(&options));
	if (receive_options(&options, &key, &prepare, &failure)) {
		REQUIRE(options.app_host != NULL && options.app_id != NULL);
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
		    GENAUTH_PLACE_FILE, &again));
	}
	genauth_secret_free(&key.text);
	genauth_options_free(&options);
}

static void
check_credentials(const uint8_t *data, size_t size)
{
	struct genauth_records records = { 0 };
	char account[1024] = "", password[1024] = "", client_ip[64] = "";
	long long deadline;

	post(data, size);
	if (receive_credentials(&records, account, sizeof(account), password,
	    sizeof(password), client_ip, sizeof(client_ip), &deadline)) {
		REQUIRE(account[0] != '\0' && strlen(account) < 1024);
		REQUIRE(password[0] != '\0' && strlen(password) < 1024);
		REQUIRE(strlen(client_ip) < 64);
	}
	genauth_records_free(&records);
}

static void
open_socket(void)
{
	int pair[2];

	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	REQUIRE(dup2(pair[1], MODULE_FD) == MODULE_FD);
	module_fd = pair[0];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct genauth_records records = { 0 };

	if (module_fd < 0)
		open_socket();
	/* An empty datagram is end-of-file to its reader. */
	if (size == 0 || size > GENAUTH_RECORDS_LIMIT)
		return 0;
	REQUIRE((records.data = malloc(size)) != NULL);
	memcpy(records.data, data, size);
	records.length = size;
	if (genauth_records_are_valid(records.data, records.length)) {
		check_walk(&records);
		check_answer(&records);
	}
	genauth_records_free(&records);
	check_options(data, size);
	check_credentials(data, size);
	return 0;
}
