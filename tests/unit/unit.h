/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every unit test includes, in the order that cmocka asks for, and the
 * few things that more than one of them needs.
 */
#ifndef GENAUTH_UNIT_H
#define GENAUTH_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_contains(text, part) do { \
		if (strstr(text, part) == NULL) \
			fail_msg("\"%s\" is not in \"%s\"", part, text); \
	} while (0)

/* Writes a file of that mode. */
static inline void
unit_write(const char *path, const char *content, size_t length, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

#endif
