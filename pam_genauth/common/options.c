/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/form.h"
#include "common/option_rows.h"
#include "common/secret.h"

bool
genauth_options_init(struct genauth_options *options)
{
	struct genauth_failure failure;

	*options = (struct genauth_options){ 0 };
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++)
		if (genauth_option_rows[i].fallback != NULL &&
		    !genauth_options_set(options, (enum genauth_option)i,
		    genauth_option_rows[i].fallback, GENAUTH_PLACE_SECTION,
		    &failure))
			return false;
	return true;
}

void
genauth_options_free(struct genauth_options *options)
{
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
		char **text = genauth_option_text(options,
		    &genauth_option_rows[i]);

		if (text != NULL)
			genauth_secret_free_string(*text);
	}
	*options = (struct genauth_options){ 0 };
}

/* Takes a text over that has been checked. */
static bool
store_text(struct genauth_options *options,
    const struct genauth_option_row *row, const char *value,
    struct genauth_failure *failure)
{
	char **text = genauth_option_text(options, row), *copy = strdup(value);

	if (copy == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s: out of memory", row->key);
	genauth_secret_free_string(*text);
	*text = copy;
	return true;
}

enum genauth_option
genauth_options_find(const char *key)
{
	int i = 0;

	while (i < GENAUTH_OPTION_COUNT &&
	    strcmp(genauth_option_rows[i].key, key) != 0)
		i++;
	return (enum genauth_option)i;
}

bool
genauth_options_is_secret(enum genauth_option option, const char *value)
{
	/* A proxy's user and password stand in front of an '@'. */
	return option == GENAUTH_OPTION_app_secret ||
	    (option == GENAUTH_OPTION_proxy && strchr(value, '@') != NULL);
}

static bool
check_place(const struct genauth_option_row *row, bool is_secret,
    enum genauth_place place, struct genauth_failure *failure)
{
	if (place == GENAUTH_PLACE_PAM_LINE && (is_secret ||
	    row->place == GENAUTH_OPTION_FILE_ONLY))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must not stand on a pam.d line, which everybody can "
		    "read; put it into the file", row->key);
	if (place != GENAUTH_PLACE_SECTION &&
	    row->place == GENAUTH_OPTION_SECTION_ONLY)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must not hold for all services; put it into the "
		    "section of one", row->key);
	return true;
}

bool
genauth_options_set(struct genauth_options *options,
    enum genauth_option option, const char *value, enum genauth_place place,
    struct genauth_failure *failure)
{
	const struct genauth_option_row *row = &genauth_option_rows[option];
	const char *fault;
	long long number = 0;
	bool is_text;

	if (!check_place(row, genauth_options_is_secret(option, value), place,
	    failure))
		return false;
	if (row->kind == GENAUTH_KIND_PATH && *value != '/')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: must be an absolute path", row->key);
	is_text = row->kind == GENAUTH_KIND_TEXT ||
	    row->kind == GENAUTH_KIND_PATH;
	if (!(is_text ? genauth_option_check_text(row, value, failure) :
	    genauth_option_parse(row, value, &number, failure)))
		return false;
	if ((fault = row->check(value)) != NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG, "%s: %s",
		    row->key, fault);
	if (options == NULL)
		return true;
	if (is_text)
		return store_text(options, row, value, failure);
	genauth_option_store(options, row, number);
	return true;
}

/* Replaces app_secret_file by what it holds: its first and only line. */
static bool
read_secret_file(struct genauth_options *options,
    struct genauth_failure *failure)
{
	char **path = &options->app_secret_file;
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

/* As all else compares it: lower case, and no slash behind it. */
static void
settle_host(char *host)
{
	for (char *p = host; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	if (host[strlen(host) - 1] == '/')
		host[strlen(host) - 1] = '\0';
}

bool
genauth_options_finish(struct genauth_options *options,
    struct genauth_failure *failure)
{
	enum genauth_option method = GENAUTH_OPTION_token_endpoint_auth_method;

	if (options->app_host == NULL || options->app_id == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s is not set (it is required)", options->app_host ==
		    NULL ? "app_host" : "app_id");
	settle_host(options->app_host);
	if (options->app_secret != NULL && options->app_secret_file != NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "app_secret and app_secret_file are both set; keep one");
	if ((options->client_cert == NULL) != (options->client_key == NULL))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "client_cert and client_key need each other; one is unset");
	if (options->password_public_key_file != NULL &&
	    options->password_encrypt_type == GENAUTH_ENCRYPT_NONE)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "password_public_key_file needs password_encrypt_type = "
		    "rsa or sm2");
	if (!genauth_form_check_scope(options, failure))
		return false;
	if (options->account_map_fallback && options->account_map == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "account_map_fallback needs account_map");
	if (options->app_secret_file != NULL &&
	    !read_secret_file(options, failure))
		return false;
	if (options->token_endpoint_auth_method ==
	    GENAUTH_token_endpoint_auth_method_UNSET)
		options->token_endpoint_auth_method =
		    options->app_secret != NULL ?
		    GENAUTH_AUTH_CLIENT_SECRET_POST : GENAUTH_AUTH_NONE;
	if (options->token_endpoint_auth_method != GENAUTH_AUTH_NONE &&
	    options->app_secret == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "token_endpoint_auth_method = %s needs app_secret or "
		    "app_secret_file", genauth_options_word(options, method));
	return true;
}

bool
genauth_options_fit_socket(const struct genauth_options *options)
{
	return options->ca_path == NULL && (options->helper_user == NULL ||
	    strcmp(options->helper_user, "root") != 0);
}

const char *
genauth_options_word(const struct genauth_options *options,
    enum genauth_option option)
{
	long long number = genauth_option_load(options,
	    &genauth_option_rows[option]);

	return number == 0 ? NULL :
	    genauth_option_rows[option].words[number - 1];
}
