/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * roles.h owns whether who has signed in has one of the roles, and is in one of
 * the groups, that this host demands (options require_roles, require_groups):
 * GenAuth lists them for the access token (vendor's OpenAPI, GET
 * /api/v3/get-my-role-list, RoleListRespDto, and get-my-group-list,
 * GroupListRespDto).
 */
#ifndef GENAUTH_ROLES_H
#define GENAUTH_ROLES_H

#include "common/answer.h"
#include "genauth/client.h"

#define GENAUTH_ROLES_ENDPOINT "/api/v3/get-my-role-list"
#define GENAUTH_GROUPS_ENDPOINT "/api/v3/get-my-group-list"

struct json_object;

/*
 * For an answer that is OK: it stays so if nothing is demanded, or the person
 * has one of each that is; else it is refused: DISABLED, or why that cannot be
 * known.  Fills in roles and groups.
 */
void genauth_roles_demand(struct genauth_client *client,
    struct genauth_answer *answer);

/* What is looked for in a list. */
struct genauth_roles_wanted {
	const char *codes;	/* any of them, separated by spaces */
	/* That a role must be of, as it must be enabled; NULL: groups. */
	const char *role_namespace;
	long long now_ms;	/* since 1970, what disableTime counts in */
};

/*
 * Finds which of the codes are in the data of a reply: found has as many as
 * have room, a comma between them; "": none.  false: there is no list, or one
 * with anything in it that is not as the vendor describes it; failure is
 * UNAVAILABLE.
 */
bool genauth_roles_find(struct json_object *reply,
    const struct genauth_roles_wanted *wanted, char found[GENAUTH_CODES_SIZE],
    struct genauth_failure *failure);

#endif
