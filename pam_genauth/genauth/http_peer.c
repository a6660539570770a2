/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libcurl lists each certificate as "name:value" lines, "Cert:" is the PEM. */
static void
add_certificate(const struct curl_slist *fields, struct genauth_secret *chain)
{
	static const char name[] = "Cert:";
	struct genauth_secret longer = { 0 };
	const char *pem = NULL;

	for (; fields != NULL; fields = fields->next)
		if (strncmp(fields->data, name, strlen(name)) == 0)
			pem = fields->data + strlen(name);
	if (pem == NULL || (chain->length + strlen(pem)) >
	    GENAUTH_HTTP_BODY_LIMIT)
		return;
	longer.length = chain->length + strlen(pem) + 1;
	if ((longer.data = calloc(1, longer.length + 1)) == NULL)
		return;
	snprintf(longer.data, longer.length + 1, "%s%s\n",
	    chain->data != NULL ? chain->data : "", pem);
	genauth_secret_free(chain);
	*chain = longer;
}

void
genauth_http_peer_read(CURL *curl, struct genauth_http_response *response)
{
	struct curl_certinfo *certificates = NULL;
	struct curl_header *date;

	if (curl_easy_header(curl, "date", 0, CURLH_HEADER, -1, &date) ==
	    CURLHE_OK)
		response->date = curl_getdate(date->value, NULL);
	if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &certificates) !=
	    CURLE_OK || certificates == NULL)
		return;
	for (int i = 0; i < certificates->num_of_certs; i++)
		add_certificate(certificates->certinfo[i], &response->chain);
}

void
genauth_http_peer_list_headers(CURL *curl,
    struct genauth_http_response *response)
{
	struct curl_header *header = NULL;
	char names[2048] = "";
	size_t length = 0;

	while ((header = curl_easy_nextheader(curl, CURLH_HEADER, -1,
	    header)) != NULL && length + strlen(header->name) + 2 <
	    sizeof(names))
		length += (size_t)snprintf(names + length,
		    sizeof(names) - length, "%s%s", length > 0 ? "," : "",
		    header->name);
	genauth_secret_set(&response->header_names, names, length);
}
