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

enum genauth_option {
#define OPTION(key, ...) GENAUTH_OPTION_##key,
#include "common/options.def"
#undef OPTION
	GENAUTH_OPTION_COUNT
};

/* Where a value stood. */
enum genauth_place {
	GENAUTH_PLACE_FILE,
	GENAUTH_PLACE_PAM_LINE,
	GENAUTH_PLACE_RECORDS,	/* sent by pam_genauth.so, checked already */
};

/* Every value is its text, checked when it was set; NULL: unset. */
struct genauth_options {
	char *values[GENAUTH_OPTION_COUNT];
};

/* Fills in the defaults.  false: out of memory; free them all the same. */
bool genauth_options_init(struct genauth_options *options);

/* Wipes (secrets are among them) and frees all values. */
void genauth_options_free(struct genauth_options *options);

/* The option of that key, or GENAUTH_OPTION_COUNT. */
enum genauth_option genauth_options_find(const char *key);

const char *genauth_options_key(enum genauth_option option);

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
 * exclude each other), reads app_secret_file into app_secret and settles
 * token_endpoint_auth_method.
 */
bool genauth_options_finish(struct genauth_options *options,
    struct genauth_failure *failure);

/* The value as text, or NULL when unset. */
const char *genauth_options_text(const struct genauth_options *options,
    enum genauth_option option);

/* The value of a NUMBER option. */
long long genauth_options_number(const struct genauth_options *options,
    enum genauth_option option);

/* Whether a SWITCH option is "yes". */
bool genauth_options_is_on(const struct genauth_options *options,
    enum genauth_option option);

/* Whether a WORD or WORDS option holds that word. */
bool genauth_options_has(const struct genauth_options *options,
    enum genauth_option option, const char *word);

#endif
