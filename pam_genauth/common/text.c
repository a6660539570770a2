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

/*
 * The code point that the text begins with, and how many bytes it has; 0: it
 * does not begin with one.
 */
static size_t
read_code(const char *text, size_t length, uint32_t *code)
{
	static const uint32_t smallest[] = { 0, 1, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)text[0];
	size_t n = sequence_length(first);

	*code = n == 1 ? first : first & (0x7fU >> n);
	if (n == 0 || n > length)
		return 0;
	for (size_t k = 1; k < n; k++) {
		unsigned char next = (unsigned char)text[k];

		if ((next & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (next & 0x3f);
	}
	return *code < smallest[n] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff) ? 0 : n;
}

bool
genauth_text_is_utf8(const char *text, size_t length)
{
	uint32_t code;

	for (size_t i = 0, n; i < length; i += n)
		if ((n = read_code(text + i, length - i, &code)) == 0)
			return false;
	return true;
}

const char *
genauth_text_word(const char *text, char *out, size_t size)
{
	if (text == NULL || text[0] == '\0')
		return "-";
	genauth_text_clean(out, size, text);
	for (char *p = out; *p != '\0'; p++)
		if (*p == ' ' || *p == '=')
			*p = '?';
	return out;
}

/*
 * Neither moves the cursor of a terminal, nor changes the order in which what
 * stands around it is read, nor is invisible (Unicode: Cc, Cf, Zl, Zp, private
 * use, what is no character, and letters and marks that draw nothing).
 */
static bool
is_shown(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x600, 0x605 }, { 0x61c, 0x61c }, { 0x6dd, 0x6dd },
		{ 0x34f, 0x34f }, { 0x70f, 0x70f }, { 0x890, 0x891 },
		{ 0x8e2, 0x8e2 }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x2800, 0x2800 },
		{ 0x3164, 0x3164 }, { 0xe000, 0xf8ff }, { 0xfdd0, 0xfdef },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },
		{ 0x110bd, 0x110bd },
		{ 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0x10ffff },
	};

	/* The last two of each plane are no characters. */
	if ((code & 0xfffe) == 0xfffe)
		return false;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return false;
	return true;
}

void
genauth_text_clean_utf8(char *out, size_t size, const char *text)
{
	size_t left = strlen(text), used = 0, n;
	uint32_t code;

	for (; left > 0; text += n, left -= n) {
		n = read_code(text, left, &code);
		if (n == 0 || !is_shown(code)) {
			if (used + 1 >= size)
				break;
			out[used++] = '?';
			n = n == 0 ? 1 : n;
			continue;
		}
		if (used + n >= size)
			break;
		memcpy(out + used, text, n);
		used += n;
	}
	out[used] = '\0';
}

bool
genauth_text_is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text > 0x7e)
			return false;
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
