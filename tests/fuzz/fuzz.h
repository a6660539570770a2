/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h owns what the fuzz targets share: the entry point that libFuzzer and
 * replay.c call, and how a target says that something is wrong, or reached.
 */
#ifndef GENAUTH_FUZZ_H
#define GENAUTH_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An invariant.  abort() is what libFuzzer takes for a find. */
#define REQUIRE(condition) do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s does not hold\n", \
			    __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/*
 * What the corpus has to reach, so that no change of a format leaves it behind
 * unnoticed.  A target may define such a list; it ends with a name of NULL.
 */
struct fuzz_goal {
	const char *name;
	bool reached;
};
extern struct fuzz_goal fuzz_goals[] __attribute__((weak));

/* Printable ASCII only: fit for a log and a terminal. */
static inline bool
fuzz_is_clean(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

/* What may stand behind a question to a person: one word. */
static inline bool
fuzz_is_word(const char *text)
{
	for (; *text != '\0'; text++)
		if (!(*text >= 'a' && *text <= 'z') &&
		    !(*text >= 'A' && *text <= 'Z') &&
		    !(*text >= '0' && *text <= '9') &&
		    strchr("@.*+-_?", *text) == NULL)
			return false;
	return true;
}

/*
 * Takes the input up to the next line end, or all that is left, as a string
 * of exactly that size, so that reading behind it is seen.
 */
static inline char *
fuzz_line(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size == 0 ? NULL : memchr(*data, '\n', *size);
	size_t length = end == NULL ? *size : (size_t)(end - *data);
	char *line = malloc(length + 1);

	REQUIRE(line != NULL);
	if (length > 0)
		memcpy(line, *data, length);
	line[length] = '\0';
	*data += length + (end != NULL);
	*size -= length + (end != NULL);
	return line;
}

#endif
