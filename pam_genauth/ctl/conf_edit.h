/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_edit.h owns changes of the text of a genauth.conf: all but the lines
 * that are meant stays as somebody wrote it.
 */
#ifndef GENAUTH_CONF_EDIT_H
#define GENAUTH_CONF_EDIT_H

#include <stdbool.h>

#include "common/secret.h"

/*
 * Has the key say that for all services: its line, or else one behind the
 * comment that shows how it would stand, or else one before the first section.
 * value NULL: there is no such line then.  The text has been read without an
 * error before.  false: out of memory, and the text is as it was.
 */
bool genauth_conf_edit_set(struct genauth_secret *text, const char *key,
    const char *value);

/*
 * Whether that is what a reader of the text finds for all services; NULL:
 * nothing.  Also false for lack of memory.
 */
bool genauth_conf_edit_says(const struct genauth_secret *text,
    const char *key, const char *value);

#endif
