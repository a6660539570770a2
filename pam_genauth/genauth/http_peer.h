/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_peer.h owns what can be asked about the other end of a transfer beyond
 * its reply.  For http.c alone.
 */
#ifndef GENAUTH_HTTP_PEER_H
#define GENAUTH_HTTP_PEER_H

#include <curl/curl.h>

#include "genauth/http.h"

/*
 * Fills in date and chain of the response.  The handle must have asked for
 * CURLOPT_CERTINFO; what is not there, or does not fit memory, stays empty.
 */
void genauth_http_peer_read(CURL *curl, struct genauth_http_response *response);

/* Fills in header_names; stays empty for lack of memory. */
void genauth_http_peer_list_headers(CURL *curl,
    struct genauth_http_response *response);

#endif
