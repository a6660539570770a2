/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
dial(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_family = AF_INET,
	    .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int fd, one = 1;

	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	fd = socket(found->ai_family, found->ai_socktype, 0);
	if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static bool
post(SSL *tls, const char *host, const char *body)
{
	char text[16384];
	int length, count;

	length = snprintf(text, sizeof(text), "POST /api/v3/signin HTTP/1.1\r\n"
	    "Host: %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", host, strlen(body), body);
	if (SSL_write(tls, text, length) != length)
		return false;
	length = 0;
	while ((count = SSL_read(tls, text + length,
	    (int)sizeof(text) - 1 - length)) > 0) {
		length += count;
		text[length] = '\0';
		/* The last byte of the reply. */
		if (text[length - 1] == '}')
			break;
	}
	return strstr(text, "\"statusCode\": 200") != NULL;
}

bool
client_sign_in(const char *host, const char *port, const char *app_id,
    const char *secret, const char *user, const char *password)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls = NULL;
	bool right = false;
	char body[1024];
	int fd = dial(host, port);

	/* The hashed folder, and not the bundle. */
	if (fd >= 0 && context != NULL &&
	    SSL_CTX_set_default_verify_dir(context) == 1 &&
	    (tls = SSL_new(context)) != NULL) {
		SSL_set_verify(tls, SSL_VERIFY_PEER, NULL);
		snprintf(body, sizeof(body), "{\"client_id\":\"%s\","
		    "\"client_secret\":\"%s\",\"connection\":\"PASSWORD\","
		    "\"passwordPayload\":{\"account\":\"%s\","
		    "\"password\":\"%s\"}}", app_id, secret, user, password);
		right = SSL_set1_host(tls, host) == 1 &&
		    SSL_set_tlsext_host_name(tls, host) == 1 &&
		    SSL_set_fd(tls, fd) == 1 && SSL_connect(tls) == 1 &&
		    post(tls, host, body);
	}
	SSL_free(tls);
	SSL_CTX_free(context);
	if (fd >= 0)
		close(fd);
	return right;
}
