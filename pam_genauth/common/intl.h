/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intl.h owns how the tool's text is marked for translation.
 */
#ifndef GENAUTH_INTL_H
#define GENAUTH_INTL_H

#include <libintl.h>

#define _(text) gettext(text)
/* Marks text that is translated where it is used. */
#define N_(text) text

#endif
