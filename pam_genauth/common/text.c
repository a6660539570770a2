/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool
is_safe(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

void
genauth_text_clean(char *out, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i] != '\0'; i++)
		out[i] = is_safe((unsigned char)text[i]) ? text[i] : '?';
	out[i] = '\0';
}

const char *
genauth_text_errno(int number)
{
#ifdef HAVE_STRERRORDESC_NP
	const char *text = strerrordesc_np(number);

	return text != NULL ? text : "unknown error";
#else
	return strerror(number);
#endif
}

/* How many bytes a UTF-8 sequence has by its first byte; 0: not a first one. */
static size_t
sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

bool
genauth_text_is_utf8(const char *text, size_t length)
{
	static const uint32_t smallest[] = { 0, 1, 0x80, 0x800, 0x10000 };

	for (size_t i = 0; i < length; ) {
		unsigned char first = (unsigned char)text[i];
		size_t n = sequence_length(first);
		uint32_t code = n == 1 ? first : first & (0x7fU >> n);

		if (n == 0 || n > length - i)
			return false;
		for (size_t k = 1; k < n; k++) {
			unsigned char next = (unsigned char)text[i + k];

			if ((next & 0xc0) != 0x80)
				return false;
			code = code << 6 | (next & 0x3f);
		}
		if (code < smallest[n] || code > 0x10ffff ||
		    (code >= 0xd800 && code <= 0xdfff))
			return false;
		i += n;
	}
	return true;
}

bool
genauth_text_has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

bool
genauth_text_is_code(const char *text, size_t length)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:@/+";

	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || strchr(set, text[i]) == NULL)
			return false;
	return length > 0 && length <= GENAUTH_TEXT_CODE && text[0] != '-';
}

bool
genauth_text_parse_number(const char *text, long long *number)
{
	char *end;

	*number = 0;
	/* strtoll would also take white space and '+'. */
	if (text[0] != '-' && (text[0] < '0' || text[0] > '9'))
		return false;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0')
		return false;
	*number = value;
	return true;
}
