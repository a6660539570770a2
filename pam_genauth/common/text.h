/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h owns the handling of text that somebody else wrote: user names,
 * passwords, replies.  Pure functions.
 */
#ifndef GENAUTH_TEXT_H
#define GENAUTH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies text for a log or a terminal: every byte outside printable ASCII,
 * and the double quote and backslash that would break key="value", becomes
 * '?'.  Cut to size - 1 bytes; the result always ends in NUL (size > 0).
 */
void genauth_text_clean(char *out, size_t size, const char *text);

/*
 * A value for the log, in out: cleaned, and with no space or '=', with which it
 * would look like two.  Returns it; or "-" for NULL and "".
 */
const char *genauth_text_word(const char *text, char *out, size_t size);

/*
 * As genauth_text_clean, for a terminal that shows UTF-8: letters of all scripts stay.  What
 * is malformed, controls, and what is invisible or turns the direction of
 * writing becomes '?'.  Cut between characters.
 */
void genauth_text_clean_utf8(char *out, size_t size, const char *text);

/* Whether all of it is ASCII. */
bool genauth_text_is_ascii(const char *text);

/*
 * What an errno means, in English whatever language the host has set: logs are
 * in one, and in ASCII.
 */
const char *genauth_text_errno(int number);

/* Whether the bytes are well-formed UTF-8 without surrogates or NUL. */
bool genauth_text_is_utf8(const char *text, size_t length);

/* Whether the text has a control character (0x00–0x1f, 0x7f). */
bool genauth_text_has_control(const char *text);

/* The longest code of a role, a group or a namespace, in bytes. */
#define GENAUTH_TEXT_CODE 64

/*
 * Whether that is a code as we ask for and log it: letters, digits and
 * "._-:@/+", not '-' first, at least one and not more than GENAUTH_TEXT_CODE.
 */
bool genauth_text_is_code(const char *text, size_t length);

/*
 * Reads a whole decimal number: digits with at most one leading '-', nothing
 * before or behind it, no overflow.
 */
bool genauth_text_parse_number(const char *text, long long *number);

#endif
