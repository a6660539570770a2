/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_map.h owns the file that names GenAuth accounts for local users, one
 * in a line:
 *
 *     LOCAL-NAME ACCOUNT [SUB]
 *
 * Words are divided by spaces and tabs; one that begins with '#' begins a
 * comment.  The file is owned and closed as genauth.conf is (file.h).
 */
#ifndef GENAUTH_ACCOUNT_MAP_H
#define GENAUTH_ACCOUNT_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "common/answer.h"
#include "common/failure.h"
#include "common/secret.h"

/* The longest local name and account, in bytes. */
#define GENAUTH_ACCOUNT_MAP_NAME 256
#define GENAUTH_ACCOUNT_MAP_ACCOUNT 256

struct genauth_account_map_line {
	const char *name, *account;
	const char *sub;	/* as an answer has it (answer.h); NULL: any */
	unsigned number;	/* from 1 */
};

/* Start from { 0 }; the holder calls genauth_account_map_free. */
struct genauth_account_map {
	struct genauth_secret text;	/* that the lines point into */
	struct genauth_account_map_line *lines;	/* sorted by name */
	size_t count, room;
};

/*
 * Reads the file.  All of it is checked: false with CONFIG, as "FILE:LINE: ",
 * for a line that is none, or a second one of a local name.
 */
bool genauth_account_map_read(struct genauth_account_map *map,
    const char *path, struct genauth_failure *failure);

/* The same for its text, which is in the map; path is for the failure. */
bool genauth_account_map_parse(struct genauth_account_map *map,
    const char *path, struct genauth_failure *failure);

/* The line of a local name, letter by letter; NULL: there is none. */
const struct genauth_account_map_line *genauth_account_map_find(
    const struct genauth_account_map *map, const char *name);

void genauth_account_map_free(struct genauth_account_map *map);

#endif
