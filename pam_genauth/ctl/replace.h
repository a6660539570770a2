/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replace.h owns the question whether a stack may be put in the place of
 * another one.
 */
#ifndef GENAUTH_REPLACE_H
#define GENAUTH_REPLACE_H

#include <stdbool.h>

/*
 * Whether the stack in the file "path" may be put in place of
 * directory/service: that is the administrator's own file; the new stack names
 * the module and has no error; and, unless with_loss, it has every module of
 * the old one that matters.  What speaks against it has been printed.
 */
bool genauth_replace_check(const char *directory, const char *service,
    const char *path, bool with_loss);

#endif
