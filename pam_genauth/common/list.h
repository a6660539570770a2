/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.h owns lists of words in a string.  Pure functions.
 */
#ifndef GENAUTH_LIST_H
#define GENAUTH_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* The next word: sets its length (0: there is none), returns its start. */
const char *genauth_list_next(const char *list, const char *separators,
    size_t *length);

/* Whether the list has a word, given by start and length. */
bool genauth_list_has(const char *list, const char *separators,
    const char *word, size_t word_length);

#endif
