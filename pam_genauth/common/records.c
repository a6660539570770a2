/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/records.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

#define HEADER 5

void
genauth_records_add(struct genauth_records *records, const char *name,
    const void *value, size_t length)
{
	size_t name_length = strlen(name);
	char *to;

	if (records->data == NULL)
		records->data = malloc(GENAUTH_RECORDS_LIMIT);
	if (records->data == NULL || name_length < 1 || name_length > 255 ||
	    length > GENAUTH_RECORDS_LIMIT || HEADER + name_length + length >
	    GENAUTH_RECORDS_LIMIT - records->length) {
		records->failed = true;
		return;
	}
	to = records->data + records->length;
	*to++ = (char)name_length;
	for (int shift = 0; shift < 32; shift += 8)
		*to++ = (char)(length >> shift & 0xff);
	memcpy(to, name, name_length);
	memcpy(to + name_length, value, length);
	records->length += HEADER + name_length + length;
}

void
genauth_records_add_text(struct genauth_records *records, const char *name,
    const char *text)
{
	if (text != NULL)
		genauth_records_add(records, name, text, strlen(text));
}

void
genauth_records_add_number(struct genauth_records *records, const char *name,
    long long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", number);
	genauth_records_add_text(records, name, text);
}

/*
 * The one place that takes a record apart.  Returns its whole length, 0 when
 * the bytes do not hold one.
 */
static size_t
record_at(const char *data, size_t left, size_t *name_length,
    size_t *value_length)
{
	const unsigned char *bytes = (const unsigned char *)data;

	if (left < HEADER || bytes[0] == 0)
		return 0;
	*name_length = bytes[0];
	*value_length = (size_t)bytes[1] | (size_t)bytes[2] << 8 |
	    (size_t)bytes[3] << 16 | (size_t)bytes[4] << 24;
	if (*name_length > left - HEADER ||
	    *value_length > left - HEADER - *name_length)
		return 0;
	return HEADER + *name_length + *value_length;
}

bool
genauth_records_are_valid(const char *data, size_t length)
{
	size_t name_length, value_length, step;

	for (size_t at = 0; at < length; at += step) {
		step = record_at(data + at, length - at, &name_length,
		    &value_length);
		/* A NUL in a name would make two names look alike. */
		if (step == 0 || memchr(data + at + HEADER, '\0',
		    name_length) != NULL)
			return false;
	}
	return true;
}

bool
genauth_records_next(const struct genauth_records *records, size_t *position,
    char *name, const char **value, size_t *length)
{
	size_t name_length, step;
	const char *record;

	if (*position >= records->length)
		return false;
	record = records->data + *position;
	step = record_at(record, records->length - *position, &name_length,
	    length);
	if (step == 0)
		return false;
	memcpy(name, record + HEADER, name_length);
	name[name_length] = '\0';
	*value = record + HEADER + name_length;
	*position += step;
	return true;
}

const char *
genauth_records_find(const struct genauth_records *records, const char *name,
    size_t *length)
{
	size_t position = 0;
	char each[256];
	const char *value;

	while (genauth_records_next(records, &position, each, &value, length))
		if (strcmp(each, name) == 0)
			return value;
	*length = 0;
	return NULL;
}

bool
genauth_records_get_text(const struct genauth_records *records,
    const char *name, char *out, size_t size)
{
	size_t length;
	const char *value = genauth_records_find(records, name, &length);

	out[0] = '\0';
	if (value == NULL || length >= size ||
	    memchr(value, '\0', length) != NULL)
		return false;
	memcpy(out, value, length);
	out[length] = '\0';
	return true;
}

bool
genauth_records_get_number(const struct genauth_records *records,
    const char *name, long long *number)
{
	char text[32];

	*number = 0;
	return genauth_records_get_text(records, name, text, sizeof(text)) &&
	    genauth_text_parse_number(text, number);
}

void
genauth_records_free(struct genauth_records *records)
{
	/* Only what was written: the rest was never touched. */
	if (records->data != NULL)
		explicit_bzero(records->data, records->length);
	free(records->data);
	*records = (struct genauth_records){ 0 };
}
