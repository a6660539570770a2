/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes a login apart: does what pam_genauth.so does, with timed.c as
 * genauth-signin, and prints a line for each part, its microseconds and what it
 * is.
 *
 *     apart CONF USER PASSWORD
 */
#include <sys/socket.h>

#include <stdio.h>
#include <string.h>

#include "common/options_file.h"
#include "login/helper.h"
#include "parts.h"

static const char *const names[PART_COUNT] = {
	[PART_LIMITS] = "limits, descriptors, no core dump",
	[PART_NSS] = "NSS: the helper's user",
	[PART_USER] = "becoming it, no capabilities",
	[PART_LANDLOCK] = "Landlock",
	[PART_SECCOMP] = "seccomp",
	[PART_FOLDER] = "authorities: is there a hashed folder",
	[PART_INIT] = "libcurl and OpenSSL: initialised",
	[PART_WARM] = "OpenSSL: first context; the name is looked up meanwhile",
	[PART_NAME] = "the name, what is left of its look-up",
	[PART_CONNECT] = "TCP",
	[PART_TLS] = "TLS: context, handshake, authority from the folder",
	[PART_REQUEST] = "the request and its reply",
};

static void
print(const char *name, long long ns)
{
	printf("%lld %s\n", ns / 1000, name);
}

static void
print_error(void *data, const char *text)
{
	(void)data;
	fprintf(stderr, "apart: %s\n", text);
}

static bool
read_options(const char *path, struct genauth_options *options)
{
	struct genauth_failure failure;

	return genauth_options_init(options) &&
	    genauth_options_read_file(options, path, "apart", print_error,
	    NULL) && genauth_options_finish(options, &failure);
}

static bool
ask(const struct genauth_helper *helper, const char *user,
    const char *password, struct parts *parts)
{
	const struct genauth_helper_listener listener = { .exchange = NULL };
	struct genauth_records question = { 0 };
	struct genauth_answer answer;
	struct genauth_keep keep;
	bool right;

	genauth_question_add_login(user, password, NULL, 10000, &question);
	genauth_helper_ask(helper, &question, 10000, &listener, &keep,
	    &answer);
	genauth_records_free(&question);
	right = answer.verdict == GENAUTH_OK;
	if (!right)
		fprintf(stderr, "apart: %s\n", answer.reason);
	genauth_answer_free(&answer);
	genauth_keep_free(&keep);
	return right && recv(helper->fd, parts, sizeof(*parts), 0) ==
	    sizeof(*parts);
}

static void
print_parts(const struct parts *parts, long long began, long long spawned,
    long long ended)
{
	long long rest = parts->done - parts->started;

	print("keeper and exec", spawned - began);
	print("dynamic linking, what libraries do at their start",
	    parts->started - spawned);
	for (int i = 0; i < PART_COUNT; i++) {
		print(names[i], parts->ns[i]);
		rest -= parts->ns[i];
	}
	print("all else in genauth-signin: messages, options, JSON", rest);
	print("the end of both processes", ended - parts->done);
}

int
main(int argc, char **argv)
{
	const struct genauth_start start = {
	    .operation = GENAUTH_OPERATION_LOGIN };
	struct genauth_files files = GENAUTH_FILES_NONE;
	struct genauth_options options;
	struct genauth_helper helper;
	struct genauth_failure failure;
	struct parts parts;
	long long began, spawned;
	bool done;

	if (argc != 4 || !read_options(argv[1], &options))
		return 2;
	began = now_ns();
	if (!genauth_helper_start(&helper, &start, &options, &files,
	    &failure)) {
		fprintf(stderr, "apart: %s\n", failure.text);
		return 1;
	}
	spawned = now_ns();
	done = ask(&helper, argv[2], argv[3], &parts);
	genauth_helper_stop(&helper);
	if (done)
		print_parts(&parts, began, spawned, now_ns());
	genauth_options_free(&options);
	return done ? 0 : 1;
}
