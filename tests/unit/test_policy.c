/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <pwd.h>
#include <security/pam_modules.h>

#include "common/prefix.h"
#include "login/demands.h"
#include "login/host.h"
#include "login/policy.h"
#include "login/status.h"
#include "common/pam_codes.h"

static struct passwd alice = { .pw_name = (char *)"alice", .pw_uid = 1000,
	.pw_gid = 1000, .pw_shell = (char *)"/bin/sh" };

static const char *
refuses(const char *user, const struct passwd *entry, long long min_uid)
{
	const struct genauth_options options = { .min_uid = min_uid };

	return genauth_policy_refuses_user(user, entry, &options);
}

static void
serves_ordinary_users(void **state)
{
	static const char *const names[] = { "alice", "a.b-c_d", "Alice9",
	    "alice@example.com", "host$", "_x", "1st", "a+b" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(refuses(names[i], &alice, 1000));
}

static void
refuses_odd_names(void **state)
{
	static const char *const names[] = { "", "-alice", "+alice", ".alice",
	    "a\"b", "a\\b", "a\rb", "a\nb", "%n", "a%n", "../etc", "a/b",
	    "a b", "a\tb", "a\x7f", "\xe2\x80\xae_alice", "a$b", "a'b",
	    "a;b", "a=b", "a:b" };
	char longest[GENAUTH_POLICY_USER_LIMIT + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(refuses(names[i], &alice, 1000));
	memset(longest, 'a', sizeof(longest));
	longest[GENAUTH_POLICY_USER_LIMIT] = '\0';
	assert_null(refuses(longest, &alice, 1000));
	longest[GENAUTH_POLICY_USER_LIMIT] = 'a';
	longest[GENAUTH_POLICY_USER_LIMIT + 1] = '\0';
	assert_non_null(refuses(longest, &alice, 1000));
}

static void
refuses_users_that_are_not_ours(void **state)
{
	struct passwd other = alice;

	(void)state;
	assert_non_null(refuses("alice", NULL, 1000));
	other.pw_uid = 999;
	assert_non_null(refuses("alice", &other, 1000));
	assert_null(refuses("alice", &other, 999));
	other.pw_uid = 0;
	assert_non_null(refuses("alice", &other, 0));
	other.pw_uid = 1000;
	other.pw_shell = (char *)"/usr/sbin/nologin";
	assert_non_null(refuses("alice", &other, 1000));
	other.pw_shell = (char *)"/bin/false";
	assert_non_null(refuses("alice", &other, 1000));
	other.pw_shell = (char *)"";
	assert_null(refuses("alice", &other, 1000));
}

static void
serves_whom_the_options_say(void **state)
{
	static const char *const names[] = { "EXAMPLE\\jane doe", "Jürgen",
	    "王芳", "a\"b", "a'b", "%n", ".alice" };
	static const char *const never[] = { "", "-alice", "+alice", "../etc",
	    "a/b", "a:b", "a\nb", "a\x7f", "\xff" };
	struct genauth_options options = { .min_uid = 1000,
	    .user_names = GENAUTH_USER_NAMES_ANY };
	struct passwd other = alice;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(genauth_policy_refuses_user(names[i], &alice,
		    &options));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_non_null(genauth_policy_refuses_user(never[i], &alice,
		    &options));
	other.pw_shell = (char *)"/usr/sbin/nologin";
	assert_non_null(genauth_policy_refuses_user("alice", &other,
	    &options));
	options.allow_nologin = true;
	assert_null(genauth_policy_refuses_user("alice", &other, &options));
	other.pw_uid = 0;
	assert_non_null(genauth_policy_refuses_user("alice", &other,
	    &options));
}

static void
hosts_are_compared_by_address(void **state)
{
	static const struct {
		const char *list, *rhost;
		bool in;
	} rows[] = {
		{ "local", NULL, true },
		{ "10.0.0.0/8", NULL, false },
		{ "local", "local", false },
		{ "10.0.0.0/8", "10.0.0.0", true },
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.0.0.0/8", "9.255.255.255", false },
		{ "192.0.2.64/26", "192.0.2.64", true },
		{ "192.0.2.64/26", "192.0.2.127", true },
		{ "192.0.2.64/26", "192.0.2.63", false },
		{ "192.0.2.64/26", "192.0.2.128", false },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1/32", "192.0.2.1", true },
		{ "192.0.2.1/32", "192.0.2.0", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "::1", false },
		{ "::/0", "203.0.113.9", false },
		{ "::/0", "::1", true },
		{ "2001:db8:8000::/33", "2001:db8:8000::1", true },
		{ "2001:db8:8000::/33", "2001:db8:7fff::1", false },
		{ "::1", "0:0:0:0:0:0:0:1", true },
		{ "10.0.0.0/8", "::ffff:10.0.0.1", true },
		{ "10.0.0.0/8", "::ffff:0a00:1", true },
		{ "::ffff:10.0.0.0/104", "10.0.0.1", true },
		{ "::ffff:10.0.0.0/104", "11.0.0.1", false },
		{ "fe80::/10", "fe80::1%eth0", true },
		{ "10.0.0.0/8", "10.0.0.1%eth0", false },
		{ "  192.0.2.1   10.0.0.0/8 ", "10.0.0.1", true },
		{ "10.0.0.0/8", "", false },
		{ "10.0.0.0/8", "ten.example", false },
		/* What an option does not let pass covers nothing. */
		{ "10.0.0.1/8", "10.0.0.1", false },
		{ "10.0.0.0/08", "10.0.0.1", false },
		{ "192.0.2.1/33", "192.0.2.1", false },
		{ "::1/128", "::1", true },
		{ "::1/129", "::1", false },
		{ "10.0.0.0/8,192.0.2.1", "10.0.0.1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (genauth_host_is_in(rows[i].list, rows[i].rhost) !=
		    rows[i].in)
			fail_msg("%s in %s", rows[i].rhost, rows[i].list);
}

static void
blocks_are_within_blocks(void **state)
{
	struct genauth_prefix wide, narrow;

	(void)state;
	assert_null(genauth_prefix_parse("10.0.0.0/8", 10, &wide));
	/* No more is read than the length. */
	assert_null(genauth_prefix_parse("10.1.0.0/167", 11, &narrow));
	assert_int_equal(narrow.bits, 16);
	assert_true(genauth_prefix_covers(&wide, &narrow));
	assert_false(genauth_prefix_covers(&narrow, &wide));
	assert_true(genauth_prefix_covers(&wide, &wide));
	assert_null(genauth_prefix_parse("10.0.0.0/16", 11, &narrow));
	assert_false(genauth_prefix_covers(&narrow, &wide));
}

static void
some_services_are_for_becoming_somebody_else(void **state)
{
	static const char *const services[] = { "su", "su-l", "su-rs", "sudo",
	    "sudo-i", "sudo-rs", "runuser", "runuser-l", "doas", "please",
	    "pkexec", "polkit-1", "systemd-run0" };
	static const char *const others[] = { "sshd", "login", "", "s",
	    "sudo-j", "doa" };

	(void)state;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		assert_true(genauth_policy_changes_user(services[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(genauth_policy_changes_user(others[i]));
}

static void
refuses_the_filler_of_sshd(void **state)
{
	static const char filler[] = "\b\n\r\177INCORRECT\b\n\r\177INCORRECT";
	char cut[sizeof(filler)];

	(void)state;
	for (size_t length = 1; length < sizeof(filler); length++) {
		memcpy(cut, filler, length);
		cut[length] = '\0';
		assert_non_null(genauth_policy_refuses_password(cut));
	}
	assert_null(genauth_policy_refuses_password("INCORRECT"));
	assert_null(genauth_policy_refuses_password("\b\n\r\177INCORRECt"));
}

static void
refuses_passwords_that_cannot_be(void **state)
{
	char longest[513];

	(void)state;
	assert_non_null(genauth_policy_refuses_password(""));
	assert_non_null(genauth_policy_refuses_password("caf\xe9"));
	assert_null(genauth_policy_refuses_password("caf\xc3\xa9 \"\\%n"));
	memset(longest, 'x', sizeof(longest));
	longest[512] = '\0';
	assert_non_null(genauth_policy_refuses_password(longest));
	longest[511] = '\0';
	assert_null(genauth_policy_refuses_password(longest));
}

/* What a code looks like is for genauth-signin to say. */
static void
refuses_replies_that_are_no_code(void **state)
{
	static const char filler[] = "\b\n\r\177INCORRECT";
	static const struct {
		const char *reply, *password, *why;
	} rows[] = {
		{ "123456", "secret", NULL },
		{ "12 34-56", "secret", NULL },
		{ "secre", "secret", NULL },
		{ "SECRET", "secret", NULL },
		{ "\xff\033", "secret", NULL },
		{ "INCORRECT", "secret", NULL },
		{ "", "secret", "no code" },
		{ "secret", "secret", "the password" },
		{ "alice", "secret", "the user's name" },
		{ "al-ice ", "secret", "the user's name" },
		{ "secret ", "secret", "the password" },
		{ "-se cr-et", "secret", "the password" },
		{ "secret", "se-c ret", "the password" },
		{ "secret1", "secret", NULL },
		{ "secret", "secret1", NULL },
		{ "Alice", "secret", NULL },
		/* Where a code is the password, nobody can tell. */
		{ "123456", "123456", "the password" },
		{ filler, "secret", "filler" },
		{ "\b", "secret", "filler" },
		{ "\b\n\r\177INC", "secret", "filler" },
	};
	char longest[129];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = genauth_policy_refuses_reply(rows[i].reply,
		    "alice", rows[i].password);

		if ((why == NULL) != (rows[i].why == NULL))
			fail_msg("row %zu: %s", i, why);
		if (why != NULL)
			assert_non_null(strstr(why, rows[i].why));
	}
	memset(longest, '1', sizeof(longest));
	longest[128] = '\0';
	assert_non_null(strstr(genauth_policy_refuses_reply(longest, "alice",
	    "x"), "too long"));
	longest[127] = '\0';
	assert_null(genauth_policy_refuses_reply(longest, "alice", "x"));
}

/* An answer that is OK and has, or lacks, what options demand. */
static void
an_answer_has_what_is_demanded(void **state)
{
	static const struct {
		struct genauth_options options;
		struct genauth_demands demands;
		struct genauth_answer answer;
		bool lacks;
	} rows[] = {
		{ { .mfa_tries = 0 }, { .sub = "" }, { .sub = "" }, false },
		{ { .identity = GENAUTH_IDENTITY_REQUIRED }, { .sub = "" },
		    { .proven = 0 }, true },
		{ { .identity = GENAUTH_IDENTITY_REQUIRED }, { .sub = "" },
		    { .proven = 1 }, false },
		{ { .identity = GENAUTH_IDENTITY_IF_PRESENT }, { .sub = "" },
		    { .proven = 0 }, false },
		{ { .mfa_tries = 0 }, { .sub = "a" }, { .sub = "a" }, false },
		{ { .mfa_tries = 0 }, { .sub = "a" }, { .sub = "b" }, true },
		{ { .mfa_tries = 0 }, { .sub = "a" }, { .sub = "" }, true },
		{ { .mfa_tries = 0 }, { .sub = "" }, { .sub = "b" }, false },
		/* A code that nobody has typed, and one that is demanded. */
		{ { .mfa_tries = 0 }, { .sub = "", .replied = true },
		    { .factor = GENAUTH_FACTOR_OTP }, false },
		{ { .mfa_tries = 0 }, { .sub = "" },
		    { .factor = GENAUTH_FACTOR_OTP }, true },
		{ { .mfa_tries = 0 }, { .sub = "" },
		    { .factor = GENAUTH_FACTOR_EMAIL }, true },
		{ { .second_factor = GENAUTH_SECOND_FACTOR_REQUIRED },
		    { .sub = "", .replied = true },
		    { .factor = GENAUTH_FACTOR_NONE }, true },
		{ { .second_factor = GENAUTH_SECOND_FACTOR_IF_ENROLLED },
		    { .sub = "" }, { .factor = GENAUTH_FACTOR_NONE }, false },
		/* Nobody, or somebody else, was remembered. */
		{ { .mfa_tries = 0 }, { .sub = "", .grace = "a" },
		    { .factor = GENAUTH_FACTOR_GRACE, .sub = "a" }, false },
		{ { .mfa_tries = 0 }, { .sub = "", .grace = "a" },
		    { .factor = GENAUTH_FACTOR_GRACE, .sub = "b" }, true },
		{ { .mfa_tries = 0 }, { .sub = "", .grace = "" },
		    { .factor = GENAUTH_FACTOR_GRACE, .sub = "" }, true },
		{ { .require_roles = (char *)"r" }, { .sub = "" },
		    { .roles = "r", .groups = "" }, false },
		{ { .require_roles = (char *)"r" }, { .sub = "" },
		    { .roles = "", .groups = "r" }, true },
		{ { .require_roles = (char *)"r" }, { .sub = "" },
		    { .roles = "-", .groups = "r" }, true },
		{ { .require_groups = (char *)"g" }, { .sub = "" },
		    { .roles = "", .groups = "g" }, false },
		{ { .require_groups = (char *)"g" }, { .sub = "" },
		    { .roles = "g", .groups = "-" }, true },
		{ { .require_groups = (char *)"g",
		    .require_roles = (char *)"r" }, { .sub = "" },
		    { .roles = "r", .groups = "" }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct genauth_demands demands = rows[i].demands;

		demands.options = &rows[i].options;
		if ((genauth_demands_lacks(&demands, &rows[i].answer) !=
		    NULL) != rows[i].lacks)
			fail_msg("row %zu", i);
	}
}

/* The verdict table of pam_genauth(8). */
static void
verdicts_have_their_pam_codes(void **state)
{
	static const struct {
		enum genauth_verdict verdict;
		int code;
		bool message;
	} rows[] = {
		{ GENAUTH_OK, PAM_SUCCESS, false },
		{ GENAUTH_DENIED, PAM_AUTH_ERR, false },
		{ GENAUTH_LOCKED, PAM_MAXTRIES, true },
		{ GENAUTH_DISABLED, PAM_PERM_DENIED, true },
		{ GENAUTH_PASSWORD_CHANGE, PAM_AUTH_ERR, true },
		{ GENAUTH_STEP_NEEDED, PAM_AUTH_ERR, true },
		{ GENAUTH_THROTTLED, PAM_AUTHINFO_UNAVAIL, true },
		{ GENAUTH_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL, true },
		{ GENAUTH_CONFIG, PAM_SERVICE_ERR, false },
		{ GENAUTH_SKIP, PAM_USER_UNKNOWN, false },
		{ GENAUTH_INTERNAL, PAM_SYSTEM_ERR, false },
		{ (enum genauth_verdict)77, PAM_SYSTEM_ERR, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(genauth_pam_codes_of(rows[i].verdict),
		    rows[i].code);
		assert_int_equal(genauth_status_of(rows[i].verdict)->message !=
		    NULL, rows[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_ordinary_users),
		cmocka_unit_test(refuses_odd_names),
		cmocka_unit_test(refuses_users_that_are_not_ours),
		cmocka_unit_test(serves_whom_the_options_say),
		cmocka_unit_test(hosts_are_compared_by_address),
		cmocka_unit_test(blocks_are_within_blocks),
		cmocka_unit_test(some_services_are_for_becoming_somebody_else),
		cmocka_unit_test(refuses_the_filler_of_sshd),
		cmocka_unit_test(refuses_passwords_that_cannot_be),
		cmocka_unit_test(refuses_replies_that_are_no_code),
		cmocka_unit_test(an_answer_has_what_is_demanded),
		cmocka_unit_test(verdicts_have_their_pam_codes),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
