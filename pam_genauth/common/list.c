/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/list.h"

#include <string.h>

const char *
genauth_list_next(const char *list, const char *separators, size_t *length)
{
	list += strspn(list, separators);
	*length = strcspn(list, separators);
	return list;
}

bool
genauth_list_has(const char *list, const char *separators, const char *word,
    size_t word_length)
{
	size_t length;

	for (list = genauth_list_next(list, separators, &length); length > 0;
	    list = genauth_list_next(list + length, separators, &length))
		if (length == word_length && memcmp(list, word, length) == 0)
			return true;
	return false;
}
