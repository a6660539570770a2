/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/secret.h"
#include "common/text.h"

enum kind { TEXT, NUMBER, SWITCH, WORD, WORDS, PATH };
enum place { ANYWHERE, FILE_ONLY };

/* What is wrong with the value, or NULL. */
typedef const char *check_function(const char *value);

static check_function check_app_host, check_token, check_account_format,
    check_scope, check_export_tokens, check_pin, check_proxy, check_user;

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
	{ #key, kind, fallback, minimum, maximum, words, check, place },
#include "common/options.def"
#undef OPTION
};

static const char letters_and_digits[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* Whether text has only characters of the two sets. */
static bool
consists_of(const char *text, const char *set, const char *others)
{
	for (; *text != '\0'; text++)
		if (strchr(set, *text) == NULL && strchr(others, *text) == NULL)
			return false;
	return true;
}

static const char *
check_app_host(const char *value)
{
	const char *authority = value + strlen("https://");

	if (strncmp(value, "https://", strlen("https://")) != 0)
		return "must begin with https://";
	if (*authority == '\0' ||
	    !consists_of(authority, letters_and_digits, ".-:[]"))
		return "must be https://HOST or https://HOST:PORT, no more";
	return NULL;
}

/* Goes into headers, so nothing that could end or split one. */
static const char *
check_token(const char *value)
{
	for (; *value != '\0'; value++)
		if (*value <= ' ' || *value > '~')
			return "must be printable ASCII without spaces";
	return NULL;
}

static const char *
check_account_format(const char *value)
{
	bool has_user = false;

	for (; *value != '\0'; value++) {
		if (*value != '%')
			continue;
		value++;
		if (*value == 'u')
			has_user = true;
		else if (*value != '%')
			return "has a % that is neither %u nor %%";
	}
	/* Else everybody would log in with one and the same account. */
	return has_user ? NULL : "must contain %u, the PAM user name";
}

/* The next word of a list: sets its length, returns where it starts. */
static const char *
next_word(const char *list, const char *separators, size_t *length)
{
	list += strspn(list, separators);
	*length = strcspn(list, separators);
	return list;
}

static bool
list_has(const char *list, const char *separators, const char *word,
    size_t word_length)
{
	size_t length;

	for (list = next_word(list, separators, &length); length > 0;
	    list = next_word(list + length, separators, &length))
		if (length == word_length && memcmp(list, word, length) == 0)
			return true;
	return false;
}

static const char *
check_scope(const char *value)
{
	return list_has(value, " ", "openid", strlen("openid")) ? NULL :
	    "must contain openid";
}

static const char *
check_export_tokens(const char *value)
{
	size_t length;

	next_word(value, " ,", &length);
	return list_has(value, " ,", "none", 4) && value[length] != '\0' ?
	    "cannot be none and something else" : NULL;
}

static const char *
check_pin(const char *value)
{
	return strncmp(value, "sha256//", strlen("sha256//")) == 0 &&
	    consists_of(value, letters_and_digits, "+/=;") ? NULL :
	    "must be sha256//BASE64 (several are separated by ;)";
}

static const char *
check_proxy(const char *value)
{
	if (strncmp(value, "http://", strlen("http://")) != 0)
		return "must begin with http://";
	return check_token(value);
}

static const char *
check_user(const char *value)
{
	if (strcmp(value, "root") == 0)
		return "must not be root";
	return *value != '-' && consists_of(value, letters_and_digits, "._-") ?
	    NULL : "is no user name";
}

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

	for (value = next_word(value, " ,", &length); length > 0;
	    value = next_word(value + length, " ,", &length), any = true)
		if (!list_has(row->words, " ", value, length))
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
		    list_has(row->words, " ", value, strlen(value))) ||
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
	if (row->check != NULL && (fault = row->check(value)) != NULL)
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

	return value != NULL && list_has(value, " ,", word, strlen(word));
}
