/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h owns the options: what each may hold (options.def), and their
 * values for one service.  Values come in the order default, file, [service]
 * section, pam.d line; a later one replaces an earlier one.
 */
#ifndef GENAUTH_OPTIONS_H
#define GENAUTH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"
#include "common/records.h"

enum genauth_option {
#define OPTION(kind, key, ...) GENAUTH_OPTION_##key,
#include "common/options.def"
#undef OPTION
	GENAUTH_OPTION_COUNT
};

/* enum genauth_connection { GENAUTH_CONNECTION_PASSWORD … } and the like. */
#define GENAUTH_ENUM_TEXT(...)
#define GENAUTH_ENUM_PATH(...)
#define GENAUTH_ENUM_NUMBER(...)
#define GENAUTH_ENUM_SECONDS(...)
#define GENAUTH_ENUM_SWITCH(...)
#define GENAUTH_ENUM_WORD(key, ...) \
	enum genauth_##key { GENAUTH_##key##_UNSET, __VA_ARGS__ };
#define GENAUTH_ENUM_WORDS(key, ...) \
	enum genauth_##key { GENAUTH_##key##_UNSET, __VA_ARGS__ };
#define W(constant, word) GENAUTH_##constant,
#define OPTION(kind, key, fallback, least, most, words, ...) \
	GENAUTH_ENUM_##kind(key, words)
#include "common/options.def"
#undef OPTION
#undef W

/* One of WORDS. */
#define GENAUTH_BIT(constant) (1U << (constant))

#define GENAUTH_FIELD_TEXT(key) char *key;
#define GENAUTH_FIELD_PATH(key) char *key;
#define GENAUTH_FIELD_NUMBER(key) long long key;
#define GENAUTH_FIELD_SECONDS(key) long key##_ms;
#define GENAUTH_FIELD_SWITCH(key) bool key;
#define GENAUTH_FIELD_WORD(key) enum genauth_##key key;
#define GENAUTH_FIELD_WORDS(key) unsigned key;

/* The values; texts belong to it, and are NULL where unset. */
struct genauth_options {
#define OPTION(kind, key, ...) GENAUTH_FIELD_##kind(key)
#include "common/options.def"
#undef OPTION
	bool has_section;	/* the file has one for the service */
};

/* Where a value stood. */
enum genauth_place {
	GENAUTH_PLACE_FILE,	/* for all services */
	GENAUTH_PLACE_SECTION,
	GENAUTH_PLACE_PAM_LINE,
};

/* Fills in the defaults.  false: out of memory; free them all the same. */
bool genauth_options_init(struct genauth_options *options);

/* Wipes (secrets are among them) and frees all values. */
void genauth_options_free(struct genauth_options *options);

/* The option of that key, or GENAUTH_OPTION_COUNT. */
enum genauth_option genauth_options_find(const char *key);

/* Whether a value is one that others must not read. */
bool genauth_options_is_secret(enum genauth_option option, const char *value);

/*
 * Checks a value and, unless options is NULL, takes it over.  The failure is
 * CONFIG and names the key, what is wrong and what may stand there; never
 * the value of a secret.
 */
bool genauth_options_set(struct genauth_options *options,
    enum genauth_option option, const char *value, enum genauth_place place,
    struct genauth_failure *failure);

/*
 * Checks what only the whole can show (required keys, keys that need or
 * exclude each other), reads app_secret_file into app_secret, and settles
 * app_host (lower case, no slash behind it) and token_endpoint_auth_method.
 */
bool genauth_options_finish(struct genauth_options *options,
    struct genauth_failure *failure);

/*
 * Whether a genauth-signin at the socket can serve them: it opens no path of
 * those who connect (ca_path), and stays root for nobody (helper_user).
 */
bool genauth_options_fit_socket(const struct genauth_options *options);

/* How a word stands in a file: that of WORD's value, NULL where unset. */
const char *genauth_options_word(const struct genauth_options *options,
    enum genauth_option option);

/*
 * Adds the values, each under its key with prefix in front, to a message for
 * genauth-signin.
 */
void genauth_options_encode(const struct genauth_options *options,
    const char *prefix, struct genauth_records *records);

/*
 * Takes a value over that genauth_options_encode has made.  The failure is
 * INTERNAL: there is no such key or value in this version.
 */
bool genauth_options_decode(struct genauth_options *options, const char *key,
    const char *value, struct genauth_failure *failure);

#endif
