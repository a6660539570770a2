/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define TEXT_LIMIT 8192

void
genauth_say_clean(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			/* U+0080 to U+009f, control characters too. */
			p[0] = p[1] = '?';
}

/* How many columns a word takes. */
static int
width_of(const char *word, size_t length)
{
	mbstate_t state = { 0 };
	wchar_t character;
	int width = 0;

	for (size_t done = 0, n; done < length; done += n) {
		n = mbrtowc(&character, word + done, length - done, &state);
		if (n == 0 || n > length - done)
			return width + (int)(length - done);
		width += wcwidth(character) > 0 ? wcwidth(character) : 0;
	}
	return width;
}

void
genauth_say_text(FILE *out, int column, int indent, const char *text)
{
	const bool broken = isatty(fileno(out));

	while (*text != '\0') {
		int blanks = (int)strspn(text, " ");
		const char *word = text + blanks;
		size_t length = strcspn(word, " \n");
		int width = width_of(word, length);

		if (broken && length > 0 && column > indent &&
		    column + blanks + width > GENAUTH_SAY_COLUMNS) {
			fputc('\n', out);
			column = 0;
			blanks = indent;
		}
		fprintf(out, "%*s%.*s", blanks, "", (int)length, word);
		column += blanks + width;
		text = word + length;
		if (*text == '\n') {
			fputc(*text++, out);
			column = 0;
		}
	}
}

void
genauth_say(int indent, const char *format, ...)
{
	char text[TEXT_LIMIT];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	genauth_say_text(stdout, 0, indent, text);
}

void
genauth_say_error(const char *format, ...)
{
	static const char name[] = "genauthctl: ";
	char text[TEXT_LIMIT];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	genauth_say_clean(text);
	/* So that the two come in the order in which they were said. */
	fflush(stdout);
	fputs(name, stderr);
	genauth_say_text(stderr, (int)strlen(name), (int)strlen(name), text);
	fputc('\n', stderr);
}
