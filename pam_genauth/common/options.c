/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/list.h"
#include "common/option_checks.h"
#include "common/secret.h"
#include "common/text.h"

enum kind { TEXT, NUMBER, SWITCH, WORD, WORDS, PATH };
enum place { ANYWHERE, FILE_ONLY };

/* What is wrong with the value, or NULL. */
typedef const char *check_function(const char *value);

struct row {
	const char *key;
	enum kind kind;
	const char *fallback;
	long long minimum, maximum;
	const char *words;
	check_function *check;
	enum place place;
};

static const struct row rows[GENAUTH_OPTION_COUNT] = {
#define OPTION(key, kind, fallback, minimum, maximum, words, check, place) \
	{ #key, kind, fallback, minimum, maximum, words, \
	    genauth_option_check_##check, place },
#include "common/options.def"
#undef OPTION
};

bool
genauth_options_init(struct genauth_options *options)
{
	*options = (struct genauth_options){ 0 };
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++)
		if (rows[i].fallback != NULL &&
		    (options->values[i] = strdup(rows[i].fallback)) == NULL)
			return false;
	return true;
}

void
genauth_options_free(struct genauth_options *options)
{
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++)
		genauth_secret_free_string(options->values[i]);
	*options = (struct genauth_options){ 0 };
}

enum genauth_option
genauth_options_find(const char *key)
{
	int i = 0;

	while (i < GENAUTH_OPTION_COUNT && strcmp(rows[i].key, key) != 0)
		i++;
	return (enum genauth_option)i;
}

const char *
genauth_options_key(enum genauth_option option)
{
	return rows[option].key;
}

static bool
are_words(const struct row *row, const char *value)
{
	size_t length;
	bool any = false;

	for (value = genauth_list_next(value, " ,", &length); length > 0;
	    value = genauth_list_next(value + length, " ,", &length), any = true)
		if (!genauth_list_has(row->words, " ", value, length))
			return false;
	return any;
}

static bool
check_number(const struct row *row, const char *value,
    struct genauth_failure *failure)
{
	long long number;

	return (genauth_text_parse_number(value, &number) &&
	    number >= row->minimum && number <= row->maximum) ||
	    genauth_failure_set(failure, GENAUTH_CONFIG,
	    "%s: must be a whole number from %lld to %lld", row->key,
	    row->minimum, row->maximum);
}

static bool
check_text(const struct row *row, const char *value,
    struct genauth_failure *failure)
{
	size_t length = strlen(value);

	if ((long long)length < row->minimum)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: has no value", row->key);
	if ((long long)length > row->maximum)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: longer than %lld bytes", row->key, row->maximum);
	if (genauth_text_has_control(value) ||
	    !genauth_text_is_utf8(value, length))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: has a control character or is not UTF-8", row->key);
	return true;
}

static bool
check_kind(const struct row *row, const char *value,
    struct genauth_failure *failure)
{
	switch (row->kind) {
	case NUMBER:
		return check_number(row, value, failure);
	case SWITCH:
		return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0 ||
		    genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must be yes or no", row->key);
	case WORD:
		return (*value != '\0' &&
		    genauth_list_has(row->words, " ", value, strlen(value))) ||
		    genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must be one of: %s", row->key, row->words);
	case WORDS:
		return are_words(row, value) ||
		    genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must be a list of: %s", row->key, row->words);
	case PATH:
		if (*value != '/')
			return genauth_failure_set(failure, GENAUTH_CONFIG,
			    "%s: must be an absolute path", row->key);
		return check_text(row, value, failure);
	case TEXT:
		return check_text(row, value, failure);
	}
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "%s: unknown kind", row->key);
}

bool
genauth_options_is_secret(enum genauth_option option, const char *value)
{
	/* A proxy's user and password stand in front of an '@'. */
	return option == GENAUTH_OPTION_app_secret ||
	    (option == GENAUTH_OPTION_proxy && strchr(value, '@') != NULL);
}

bool
genauth_options_set(struct genauth_options *options,
    enum genauth_option option, const char *value, enum genauth_place place,
    struct genauth_failure *failure)
{
	const struct row *row = &rows[option];
	const char *fault;
	char *copy;

	if (place == GENAUTH_PLACE_PAM_LINE &&
	    (row->place == FILE_ONLY || genauth_options_is_secret(option, value)))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must not stand on a pam.d line, which everybody can "
		    "read; put it into the file", row->key);
	if (!check_kind(row, value, failure))
		return false;
	if ((fault = row->check(value)) != NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s",
		    row->key, fault);
	if (options == NULL)
		return true;
	if ((copy = strdup(value)) == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: out of memory", row->key);
	genauth_secret_free_string(options->values[option]);
	options->values[option] = copy;
	return true;
}

/* Replaces app_secret_file by what it holds: its first and only line. */
static bool
read_secret_file(struct genauth_options *options,
    struct genauth_failure *failure)
{
	char **path = &options->values[GENAUTH_OPTION_app_secret_file];
	struct genauth_secret content;
	struct stat status;
	size_t length;
	bool done;

	if (!genauth_file_read(*path, 1024, &content, &status, failure))
		return false;
	if (!genauth_file_is_private(&status)) {
		genauth_failure_set(failure, GENAUTH_CONFIG, "%s: holds a "
		    "secret but group or others can read it (chmod 600 it)",
		    *path);
		genauth_secret_free(&content);
		return false;
	}
	length = content.length;
	if (length > 0 && content.data[length - 1] == '\n')
		content.data[--length] = '\0';
	/* A second line fails the check of the value; a NUL must not hide it. */
	if (strlen(content.data) != length)
		content.data[0] = '\0';
	done = genauth_options_set(options, GENAUTH_OPTION_app_secret,
	    content.data, GENAUTH_PLACE_FILE, failure);
	genauth_secret_free(&content);
	if (done) {
		free(*path);
		*path = NULL;
	}
	return done;
}

bool
genauth_options_finish(struct genauth_options *options,
    struct genauth_failure *failure)
{
	char *const *values = options->values;
	const char *method = values[GENAUTH_OPTION_token_endpoint_auth_method];

	for (int i = GENAUTH_OPTION_app_host; i <= GENAUTH_OPTION_app_id; i++)
		if (values[i] == NULL)
			return genauth_failure_set(failure, GENAUTH_CONFIG,
			    "%s is not set (it is required)", rows[i].key);
	if (values[GENAUTH_OPTION_app_secret] != NULL &&
	    values[GENAUTH_OPTION_app_secret_file] != NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "app_secret and app_secret_file are both set; keep one");
	if ((values[GENAUTH_OPTION_client_cert] == NULL) !=
	    (values[GENAUTH_OPTION_client_key] == NULL))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "client_cert and client_key need each other; one is unset");
	if (values[GENAUTH_OPTION_app_secret_file] != NULL &&
	    !read_secret_file(options, failure))
		return false;
	if (method == NULL)
		return genauth_options_set(options,
		    GENAUTH_OPTION_token_endpoint_auth_method,
		    values[GENAUTH_OPTION_app_secret] != NULL ?
		    "client_secret_post" : "none", GENAUTH_PLACE_FILE, failure);
	if (strcmp(method, "none") != 0 &&
	    values[GENAUTH_OPTION_app_secret] == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "token_endpoint_auth_method = %s needs app_secret or "
		    "app_secret_file", method);
	return true;
}

const char *
genauth_options_text(const struct genauth_options *options,
    enum genauth_option option)
{
	return options->values[option];
}

long long
genauth_options_number(const struct genauth_options *options,
    enum genauth_option option)
{
	long long number = 0;

	if (options->values[option] != NULL)
		genauth_text_parse_number(options->values[option], &number);
	return number;
}

bool
genauth_options_is_on(const struct genauth_options *options,
    enum genauth_option option)
{
	const char *value = options->values[option];

	return value != NULL && strcmp(value, "yes") == 0;
}

bool
genauth_options_has(const struct genauth_options *options,
    enum genauth_option option, const char *word)
{
	const char *value = options->values[option];

	return value != NULL && genauth_list_has(value, " ,", word, strlen(word));
}
