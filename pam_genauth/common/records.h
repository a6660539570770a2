/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * records.h owns the list of named values that is a message (common/message.h)
 * but for its first two bytes.  On the wire a record is
 *
 *     1 byte   length of the name, 1 to 255
 *     4 bytes  length of the value, least significant byte first
 *     name, value
 */
#ifndef GENAUTH_RECORDS_H
#define GENAUTH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The longest list, in bytes: a message fits the smallest usual socket buffer. */
#define GENAUTH_RECORDS_LIMIT 65534

/*
 * Start from { 0 }.  failed is set by any add that did not fit or got no
 * memory, so that a list of adds is checked once, by genauth_message_send.
 */
struct genauth_records {
	char *data;
	size_t length;
	bool failed;
};

void genauth_records_add(struct genauth_records *records, const char *name,
    const void *value, size_t length);

/* Adds a string; NULL adds nothing. */
void genauth_records_add_text(struct genauth_records *records,
    const char *name, const char *text);

void genauth_records_add_number(struct genauth_records *records,
    const char *name, long long number);

/*
 * The value of the first record of that name, or NULL.  The value belongs to
 * records and is not NUL-terminated.
 */
const char *genauth_records_find(const struct genauth_records *records,
    const char *name, size_t *length);

/*
 * Copies a text value into out.  false, and "" in out, when it is missing,
 * does not fit or has a NUL in it.
 */
bool genauth_records_get_text(const struct genauth_records *records,
    const char *name, char *out, size_t size);

/* false, and 0, when it is missing or not a decimal number. */
bool genauth_records_get_number(const struct genauth_records *records,
    const char *name, long long *number);

/*
 * Walks over all records: *position starts at 0.  Returns false at the end.
 * name must hold 256 bytes.
 */
bool genauth_records_next(const struct genauth_records *records,
    size_t *position, char *name, const char **value, size_t *length);

/* Whether the bytes are a well-formed list of records. */
bool genauth_records_are_valid(const char *data, size_t length);

/* Wipes and frees. */
void genauth_records_free(struct genauth_records *records);

#endif
