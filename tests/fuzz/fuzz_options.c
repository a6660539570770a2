/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genauth.conf: the first line of the input is what app_secret_file holds, the
 * rest is the options file.  'p' in front: the files are private.
 */
#include "fuzz/fuzz.h"

#include "common/file.h"
#include "common/options_file.h"
#include "common/records.h"
#include "unit/option_text.h"

#define PATH "/etc/security/genauth.conf"

static struct {
	bool private;
	const char *secret;
	const uint8_t *options;
	size_t options_size;
	unsigned reports;
} input;

/* In place of common/file.c: no disk. */
bool
genauth_file_read(const char *path, size_t limit,
    struct genauth_secret *content, struct stat *status,
    struct genauth_failure *failure)
{
	bool options = strcmp(path, PATH) == 0;
	const void *data = options ? (const void *)input.options : input.secret;
	size_t size = options ? input.options_size : strlen(input.secret);

	*content = (struct genauth_secret){ 0 };
	if (size > limit)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: longer than %zu bytes", path, limit);
	*status = (struct stat){ .st_mode = input.private ? 0600 : 0644 };
	return genauth_secret_set(content, data, size);
}

bool
genauth_file_is_private(const struct stat *status)
{
	return (status->st_mode & 077) == 0;
}

static void
take_report(void *data, const char *text)
{
	(void)data;
	REQUIRE(strncmp(text, PATH ":", strlen(PATH ":")) == 0);
	/* The holder cleans it; it must only be bounded. */
	REQUIRE(strlen(text) < 1024);
	input.reports++;
}

/* What is set must be fit to be set again, as genauth-signin does. */
static void
check_values(const struct genauth_options *options)
{
	struct genauth_records records = { 0 };
	struct genauth_failure failure;

	genauth_options_encode(options, "", &records);
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
		enum genauth_option option = (enum genauth_option)i;
		const char *value = option_text(options, option);

		if (value == NULL)
			continue;
		REQUIRE(genauth_options_set(NULL, option, value,
		    GENAUTH_PLACE_SECTION, &failure));
		for (const char *p = value; *p != '\0'; p++)
			REQUIRE((unsigned char)*p >= 0x20 && *p != 0x7f);
	}
	REQUIRE(!records.failed);
	genauth_records_free(&records);
}

static void
check_whole(const struct genauth_options *options)
{
	REQUIRE(strncmp(options->app_host, "https://", 8) == 0);
	REQUIRE(strchr(options->app_host + 8, '/') == NULL);
	REQUIRE(options->app_id[0] != '\0');
	REQUIRE(strstr(options->account_format, "%u") != NULL);
	REQUIRE(options->scope == NULL ||
	    strstr(options->scope, "openid") != NULL);
	if (options->identity == GENAUTH_IDENTITY_REQUIRED &&
	    options->account_type == GENAUTH_ACCOUNT_EMAIL &&
	    options->connection == GENAUTH_CONNECTION_PASSWORD)
		REQUIRE(options->scope == NULL ||
		    strstr(options->scope, "email") != NULL);
	REQUIRE(options->timeout_ms >= 1000 && options->timeout_ms <= 120000);
	REQUIRE(options->min_uid >= 1);
	REQUIRE(options->app_secret_file == NULL);
	REQUIRE(input.private || options->app_secret == NULL);
	REQUIRE((options->token_endpoint_auth_method != GENAUTH_AUTH_NONE) <=
	    (options->app_secret != NULL));
	REQUIRE((options->client_cert != NULL) ==
	    (options->client_key != NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct genauth_failure failure = { 0 };
	struct genauth_options options;
	char *line = fuzz_line(&data, &size);
	bool read;

	input.private = line[0] == 'p';
	input.secret = line[0] == 'p' ? line + 1 : line;
	input.options = data;
	input.options_size = size;
	input.reports = 0;

	REQUIRE(genauth_options_init(&options));
	read = genauth_options_read_file(&options, PATH, "sshd", take_report,
	    NULL);
	REQUIRE(read == (input.reports == 0));
	check_values(&options);
	if (read && genauth_options_finish(&options, &failure)) {
		check_values(&options);
		check_whole(&options);
	} else if (read) {
		REQUIRE(failure.verdict == GENAUTH_CONFIG);
		REQUIRE(failure.text[0] != '\0');
		REQUIRE(fuzz_is_clean(failure.text));
	}
	genauth_options_free(&options);
	free(line);
	return 0;
}
