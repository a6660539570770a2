/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GenAuth that costs next to nothing, so that the clients are what is
 * measured: TLS on a loopback port, a thread for each connection, and one
 * fixed reply for each of the two endpoints.
 *
 *     server CERTIFICATE KEY SYSTEM-REPLY SIGNIN-REPLY
 *
 * The files with the replies hold the JSON text.  Prints the port and runs
 * until it is killed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REQUEST_LIMIT 16384
#define REPLY_LIMIT 16384

struct reply {
	char text[REPLY_LIMIT];
	int length;
};

static SSL_CTX *context;
static struct reply system_reply, signin_reply;

__attribute__((noreturn)) static void
die(const char *what)
{
	fprintf(stderr, "server: %s\n", what);
	exit(1);
}

static void
read_reply(const char *path, struct reply *reply)
{
	char body[REPLY_LIMIT / 2];
	FILE *file = fopen(path, "r");
	size_t length = file == NULL ? 0 : fread(body, 1, sizeof(body), file);

	if (length == 0 || length == sizeof(body))
		die(path);
	fclose(file);
	reply->length = snprintf(reply->text, sizeof(reply->text),
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%.*s", length, (int)length, body);
}

/* The length of the request that is complete in text, or 0. */
static size_t
request_length(const char *text, size_t length)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *field = strcasestr(text, "\r\nContent-Length:");
	size_t whole;

	if (end == NULL)
		return 0;
	whole = (size_t)(end + 4 - text);
	if (field != NULL && field < end)
		whole += strtoul(field + strlen("\r\nContent-Length:"), NULL,
		    10);
	return length >= whole ? whole : 0;
}

static bool
answer(SSL *tls, const char *request)
{
	const struct reply *reply;

	if (strncmp(request, "GET /api/v3/system ", 19) == 0)
		reply = &system_reply;
	else if (strncmp(request, "POST /api/v3/signin ", 20) == 0)
		reply = &signin_reply;
	else
		return false;
	return SSL_write(tls, reply->text, reply->length) == reply->length;
}

static void
converse(SSL *tls)
{
	char text[REQUEST_LIMIT + 1];
	size_t length = 0, whole;
	int count;

	while ((count = SSL_read(tls, text + length,
	    (int)(REQUEST_LIMIT - length))) > 0) {
		length += (size_t)count;
		text[length] = '\0';
		if ((whole = request_length(text, length)) == 0)
			continue;
		if (!answer(tls, text))
			break;
		length -= whole;
		memmove(text, text + whole, length);
	}
}

static void *
serve(void *data)
{
	int one = 1, fd = (int)(long)data;
	SSL *tls = SSL_new(context);

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (tls != NULL && SSL_set_fd(tls, fd) == 1 && SSL_accept(tls) == 1)
		converse(tls);
	SSL_free(tls);
	close(fd);
	return NULL;
}

static int
listen_on_loopback(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 1024) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		die("no port");
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

int
main(int argc, char **argv)
{
	pthread_attr_t detached;
	pthread_t thread;
	int listener, fd;

	if (argc != 5)
		die("usage: server CERTIFICATE KEY SYSTEM-REPLY SIGNIN-REPLY");
	read_reply(argv[3], &system_reply);
	read_reply(argv[4], &signin_reply);
	signal(SIGPIPE, SIG_IGN);
	context = SSL_CTX_new(TLS_server_method());
	if (context == NULL ||
	    SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, argv[2],
	    SSL_FILETYPE_PEM) != 1)
		die("certificate or key");

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	listener = listen_on_loopback();
	while ((fd = accept(listener, NULL, NULL)) >= 0)
		if (pthread_create(&thread, &detached, serve,
		    (void *)(long)fd) != 0)
			close(fd);
	die("accept");
}
