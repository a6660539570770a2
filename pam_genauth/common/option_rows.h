/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_rows.h owns the rows of options.def: how a value of each kind is
 * written, checked and stored.  For options*.c alone.
 */
#ifndef GENAUTH_OPTION_ROWS_H
#define GENAUTH_OPTION_ROWS_H

#include "common/options.h"

enum genauth_option_kind { GENAUTH_KIND_TEXT, GENAUTH_KIND_PATH,
	GENAUTH_KIND_NUMBER, GENAUTH_KIND_SECONDS, GENAUTH_KIND_SWITCH,
	GENAUTH_KIND_WORD, GENAUTH_KIND_WORDS };

enum genauth_option_place { GENAUTH_OPTION_ANYWHERE,
	GENAUTH_OPTION_FILE_ONLY, GENAUTH_OPTION_SECTION_ONLY };

struct genauth_option_row {
	const char *key;
	enum genauth_option_kind kind;
	size_t offset;		/* of the member */
	const char *fallback;
	long long least, most;
	const char *const *words;	/* ends in NULL */
	/* What is wrong with the value, or NULL. */
	const char *(*check)(const char *value);
	enum genauth_option_place place;
};

extern const struct genauth_option_row
    genauth_option_rows[GENAUTH_OPTION_COUNT];

/* The member of a TEXT or PATH; NULL: it is of another kind. */
char **genauth_option_text(const struct genauth_options *options,
    const struct genauth_option_row *row);

/* Whether a TEXT or PATH is as long as it may be, UTF-8, and printable. */
bool genauth_option_check_text(const struct genauth_option_row *row,
    const char *value, struct genauth_failure *failure);

/*
 * The other kinds, as numbers: seconds; 0 or 1; the number of a word from 1,
 * or the bits of words.  Parse reads what stands in a file, its failure says
 * what may stand there; can_be tells whether it could have read that number.
 */
bool genauth_option_parse(const struct genauth_option_row *row,
    const char *value, long long *number, struct genauth_failure *failure);
bool genauth_option_can_be(const struct genauth_option_row *row,
    long long number);
void genauth_option_store(struct genauth_options *options,
    const struct genauth_option_row *row, long long number);
long long genauth_option_load(const struct genauth_options *options,
    const struct genauth_option_row *row);

#endif
