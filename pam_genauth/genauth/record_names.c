/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/record_names.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>

void
genauth_record_names_add(struct json_object *list, const char *name,
    size_t length)
{
	static const char *const known[] = { "accept", "accept-encoding",
	    "access-control-allow-origin", "alt-svc", "authorization",
	    "cache-control", "connection", "content-encoding",
	    "content-language", "content-length", "content-type", "date",
	    "etag", "expires", "keep-alive", "location", "pragma",
	    "retry-after", "server", "set-cookie",
	    "strict-transport-security", "transfer-encoding", "vary", "via",
	    "www-authenticate", "x-authing-app-id", "x-authing-lang",
	    "x-cache", "x-content-type-options", "x-frame-options",
	    "x-genauth-app-id", "x-powered-by", "x-ratelimit-limit",
	    "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id" };
	const char *shown = "<name>";

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == length &&
		    strncasecmp(known[i], name, length) == 0)
			shown = known[i];
	if (list != NULL)
		json_object_array_add(list, json_object_new_string(shown));
}

struct json_object *
genauth_record_names_list(const char *names)
{
	struct json_object *list = json_object_new_array();
	size_t length;

	while (names != NULL && *names != '\0') {
		length = strcspn(names, ",");
		genauth_record_names_add(list, names, length);
		names += length + (names[length] == ',');
	}
	return list;
}
