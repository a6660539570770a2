/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * User names, lists of users and hosts, passwords, and the cleaning of text:
 * what is let through must also pass a second, plainer description of what may
 * be.
 */
#include "fuzz/fuzz.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <pwd.h>

#include "common/option_checks.h"
#include "common/text.h"
#include "login/host.h"
#include "login/policy.h"
#include "login/who.h"

static void
check_user(const char *user)
{
	struct passwd entry = { .pw_uid = 1000, .pw_shell = (char *)"/bin/sh" };
	struct passwd root = { .pw_uid = 0, .pw_shell = (char *)"/bin/sh" };
	struct passwd none = { .pw_uid = 1000,
	    .pw_shell = (char *)"/usr/sbin/nologin" };

	struct genauth_options options = { .min_uid = 1000,
	    .user_names = GENAUTH_USER_NAMES_ANY };

	if (genauth_policy_refuses_user(user, &entry, &options) == NULL)
		REQUIRE(strpbrk(user, ":/\n\r\t\033\177") == NULL &&
		    user[0] != '-');
	options.user_names = GENAUTH_USER_NAMES_PLAIN;
	REQUIRE(genauth_policy_refuses_user(user, NULL, &options) != NULL);
	REQUIRE(genauth_policy_refuses_user(user, &root, &options) != NULL);
	REQUIRE(genauth_policy_refuses_user(user, &none, &options) != NULL);
	if (genauth_policy_refuses_user(user, &entry, &options) != NULL)
		return;
	options.min_uid = 1001;
	REQUIRE(genauth_policy_refuses_user(user, &entry, &options) != NULL);
	REQUIRE(strlen(user) >= 1 && strlen(user) <= 256);
	REQUIRE(isalnum((unsigned char)user[0]) || user[0] == '_');
	for (size_t i = 0; user[i] != '\0'; i++)
		REQUIRE((isascii(user[i]) && isalnum((unsigned char)user[i])) ||
		    strchr("._-@+", user[i]) != NULL ||
		    (user[i] == '$' && user[i + 1] == '\0'));
}

/* Word by word, as a person would. */
static bool
has_word(const char *list, const char *word)
{
	char *copy = strdup(list), *rest = copy, *each;
	bool found = false;

	REQUIRE(copy != NULL);
	while ((each = strsep(&rest, " ")) != NULL)
		found = found || (*each != '\0' && strcmp(each, word) == 0);
	free(copy);
	return found;
}

/* The text is a list of names, and a name in another. */
static void
check_names(char *text)
{
	struct passwd entry = { .pw_name = text };
	struct passwd alice = { .pw_name = (char *)"alice" };
	struct genauth_options allows = { .allow_users = text };
	struct genauth_options denies = { .deny_users = text };
	struct genauth_options both = { .allow_users = text,
	    .deny_users = text };
	struct genauth_failure failure;

	REQUIRE(genauth_who_is_listed(&allows, &alice, &failure) ==
	    has_word(text, "alice"));
	REQUIRE(genauth_who_is_listed(&denies, &alice, &failure) !=
	    has_word(text, "alice"));
	REQUIRE(!genauth_who_is_listed(&both, &alice, &failure));
	allows.allow_users = (char *)"alice";
	REQUIRE(genauth_who_is_listed(&allows, &entry, &failure) ==
	    (strcmp(text, "alice") == 0));
	if (genauth_option_check_names(text) == NULL)
		REQUIRE(strspn(text, " ") < strlen(text) &&
		    strpbrk(text, "*?!,:/\"'") == NULL);
}

/* The text is where somebody comes from, and a list of hosts. */
static void
check_hosts(const char *text)
{
	struct in_addr old;
	struct in6_addr new;
	char address[INET6_ADDRSTRLEN];
	bool is_address = genauth_host_address(text, address) != NULL;

	if (is_address)
		REQUIRE(inet_pton(AF_INET, address, &old) == 1 ||
		    inet_pton(AF_INET6, address, &new) == 1);
	REQUIRE(genauth_host_is_in("0.0.0.0/0 ::/0 local", text) ==
	    is_address);
	REQUIRE(!genauth_host_is_in("local", text));
	if (genauth_host_is_in(text, "192.0.2.1"))
		REQUIRE(strpbrk(text, "0123456789") != NULL);
	if (genauth_option_check_hosts(text) == NULL && is_address)
		REQUIRE(genauth_host_is_in(text, text));
}

static bool
in(unsigned char c, unsigned char first, unsigned char last)
{
	return c >= first && c <= last;
}

/* The table of RFC 3629, section 4, row by row. */
static bool
is_utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p != 0) {
		if (in(p[0], 0x01, 0x7f))
			p += 1;
		else if (in(p[0], 0xc2, 0xdf) && in(p[1], 0x80, 0xbf))
			p += 2;
		else if (((p[0] == 0xe0 && in(p[1], 0xa0, 0xbf)) ||
		    (in(p[0], 0xe1, 0xec) && in(p[1], 0x80, 0xbf)) ||
		    (p[0] == 0xed && in(p[1], 0x80, 0x9f)) ||
		    (in(p[0], 0xee, 0xef) && in(p[1], 0x80, 0xbf))) &&
		    in(p[2], 0x80, 0xbf))
			p += 3;
		else if (((p[0] == 0xf0 && in(p[1], 0x90, 0xbf)) ||
		    (in(p[0], 0xf1, 0xf3) && in(p[1], 0x80, 0xbf)) ||
		    (p[0] == 0xf4 && in(p[1], 0x80, 0x8f))) &&
		    in(p[2], 0x80, 0xbf) && in(p[3], 0x80, 0xbf))
			p += 4;
		else
			return false;
	}
	return true;
}

static void
check_password(const char *password)
{
	size_t length = strlen(password);

	if (genauth_policy_refuses_password(password) == NULL) {
		REQUIRE(length >= 1 && length < 512);
		REQUIRE(is_utf8(password));
		REQUIRE(password[0] != '\b' || (length > 1 &&
		    strncmp(password, "\b\n\r\177INCORRECT\b\n", length) != 0));
	}
	REQUIRE(genauth_text_is_utf8(password, length) == is_utf8(password));
}

static void
check_text(const char *text)
{
	char out[40];
	char *end;
	long long number, expected;
	bool taken = genauth_text_parse_number(text, &number);

	memset(out, 'x', sizeof(out));
	genauth_text_clean(out, sizeof(out), text);
	REQUIRE(memchr(out, '\0', sizeof(out)) != NULL);
	REQUIRE(strlen(out) == (strlen(text) < 39 ? strlen(text) : 39));
	REQUIRE(fuzz_is_clean(out) && strpbrk(out, "\"\\") == NULL);

	errno = 0;
	expected = strtoll(text, &end, 10);
	if (taken) {
		REQUIRE(errno == 0 && *end == '\0' && number == expected);
		REQUIRE(strspn(text, "-0123456789") == strlen(text));
	} else {
		REQUIRE(number == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *user, *password;

	user = fuzz_line(&data, &size);
	/* The rest, line ends too. */
	password = calloc(1, size + 1);
	REQUIRE(password != NULL);
	if (size > 0)
		memcpy(password, data, size);
	check_user(user);
	check_names(user);
	check_hosts(user);
	check_password(password);
	check_text(user);
	check_text(password);
	free(user);
	free(password);
	return 0;
}
