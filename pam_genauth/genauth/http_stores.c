/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http_stores.h"

#include <curl/curl.h>
#include <string.h>

struct genauth_http_stores
genauth_http_stores_find(const struct genauth_options *options)
{
	const curl_version_info_data *built = curl_version_info(
	    CURLVERSION_NOW);

	if (options->ca_file != NULL || options->ca_path != NULL)
		return (struct genauth_http_stores){
		    .folder = options->ca_path };
	return (struct genauth_http_stores){ .file = built->cainfo,
	    .folder = built->capath };
}

bool
genauth_http_stores_is_hash(const char *name)
{
	return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
	    name[9] != '\0' && name[9 + strspn(name + 9, "0123456789")] ==
	    '\0';
}
