/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_names.h owns which names of headers may be shown to strangers.
 */
#ifndef GENAUTH_RECORD_NAMES_H
#define GENAUTH_RECORD_NAMES_H

#include <stddef.h>

struct json_object;

/* Adds the name of a header, or "<name>" unless everybody knows it. */
void genauth_record_names_add(struct json_object *list, const char *name,
    size_t length);

/* The same for all of "a,b,c"; NULL: none.  Release with json_object_put. */
struct json_object *genauth_record_names_list(const char *names);

#endif
