/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity = required: each claim right, wrong, absent, null and of another
 * type, for each account_type and each form that an account may have.
 */
#include "unit.h"

#include <openssl/evp.h>
#include <time.h>

#include "common/form.h"
#include "genauth/proof.h"
#include "genauth/reply.h"

#define APP "65f0c0ffee"

static struct genauth_options options;

static void
set(enum genauth_option option, const char *value)
{
	struct genauth_failure failure;

	assert_true(genauth_options_set(&options, option, value,
	    GENAUTH_PLACE_FILE, &failure));
}

/* A token with these claims; the result lives until the next call. */
static const char *
token_of(const char *claims)
{
	static char token[2048];
	char payload[1500];

	assert_true(strlen(claims) < 1000);
	EVP_EncodeBlock((unsigned char *)payload, (const unsigned char *)claims,
	    (int)strlen(claims));
	payload[strcspn(payload, "=")] = '\0';
	for (char *p = payload; *p != '\0'; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	snprintf(token, sizeof(token), "\"e30.%s.c2ln\"", payload);
	return token;
}

/* What becomes of a reply with that id_token, as it stands in JSON. */
static void
judge_token(const char *token, const char *account,
    struct genauth_answer *answer)
{
	char text[4096];

	*answer = (struct genauth_answer){ .http_status = 200 };
	snprintf(text, sizeof(text), "{\"statusCode\":200,\"data\":{"
	    "\"id_token\":%s,\"access_token\":\"a.b.c\"}}", token);
	genauth_reply_judge(text, strlen(text), &options, account, answer);
	/* Whoever is let in has proven it, and nobody else has. */
	assert_int_equal(answer->proven, answer->verdict == GENAUTH_OK);
	if (answer->verdict != GENAUTH_OK) {
		assert_null(answer->id_token.data);
		assert_null(answer->access_token.data);
	}
}

/*
 * The claims are refused with a reason that has that part, or, where it is
 * NULL, accepted.  what: for the one who reads that it went wrong.
 */
static void
expect(const char *what, const char *claims, const char *account,
    const char *part)
{
	struct genauth_answer answer;

	judge_token(token_of(claims), account, &answer);
	if (answer.verdict != (part == NULL ? GENAUTH_OK : GENAUTH_DENIED) ||
	    (part != NULL && strstr(answer.reason, part) == NULL))
		fail_msg("%s: %s for %s: %s, %s", what, claims, account,
		    genauth_verdict_name(answer.verdict), answer.reason);
	genauth_answer_free(&answer);
}

/* The claim, with all else as it must be. */
static void
expect_claim(const char *type, const char *claim, const char *account,
    const char *part)
{
	char claims[900];

	set(GENAUTH_OPTION_account_type, type);
	snprintf(claims, sizeof(claims), "{\"aud\":\"" APP "\",\"exp\":%lld%s"
	    "%s}", (long long)time(NULL) + 100, *claim != '\0' ? "," : "",
	    claim);
	expect(type, claims, account, part);
	set(GENAUTH_OPTION_account_type, "account");
}

#define NO_USERNAME "has no username, which scope username brings"
#define NO_EMAIL "has no email, which scope email brings"
#define NO_PHONE "has no phone_number, which scope phone brings"
#define OTHER_USERNAME "username is not the account"
#define OTHER_EMAIL "email is not the account"
#define OTHER_PHONE "phone_number is not the account"
#define UNVERIFIED "email_verified is not true"

static void
a_user_name_is_proven_by_username(void **state)
{
	static const struct {
		const char *claim, *part;
	} rows[] = {
		{ "\"username\":\"alice\"", NULL },
		{ "\"username\":\"ALICE\"", NULL },
		{ "\"username\":\"bob\"", OTHER_USERNAME },
		{ "\"username\":\"alice2\"", OTHER_USERNAME },
		{ "\"username\":\"alic\"", OTHER_USERNAME },
		{ "\"username\":\" alice\"", OTHER_USERNAME },
		{ "\"username\":\"\"", NO_USERNAME },
		{ "\"username\":null", NO_USERNAME },
		{ "\"username\":7", NO_USERNAME },
		{ "\"username\":true", NO_USERNAME },
		{ "\"username\":[\"alice\"]", NO_USERNAME },
		{ "\"username\":{\"alice\":\"alice\"}", NO_USERNAME },
		{ "", NO_USERNAME },
		/* What people choose themselves, and other people's claims. */
		{ "\"preferred_username\":\"alice\"", NO_USERNAME },
		{ "\"name\":\"alice\",\"nickname\":\"alice\"", NO_USERNAME },
		{ "\"Username\":\"alice\"", NO_USERNAME },
		{ "\"sub\":\"alice\"", NO_USERNAME },
		{ "\"email\":\"alice\",\"email_verified\":true", NO_USERNAME },
		{ "\"username\":\"bob\",\"email\":\"alice\","
		    "\"email_verified\":true", OTHER_USERNAME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_claim("username", rows[i].claim, "alice", rows[i].part);
		expect_claim("account", rows[i].claim, "alice", rows[i].part);
	}
}

static void
an_address_is_proven_by_email(void **state)
{
	static const struct {
		const char *claim, *part;
	} rows[] = {
#define TRUE ",\"email_verified\":true"
		{ "\"email\":\"a@x.example\"" TRUE, NULL },
		{ "\"email\":\"A@X.example\"" TRUE, NULL },
		{ "\"email\":\"m@x.example\"" TRUE, OTHER_EMAIL },
		{ "\"email\":\"a@x.example.org\"" TRUE, OTHER_EMAIL },
		{ "\"email\":\"\"" TRUE, NO_EMAIL },
		{ "\"email\":null" TRUE, NO_EMAIL },
		{ "\"email\":1" TRUE, NO_EMAIL },
		{ "\"email\":[\"a@x.example\"]" TRUE, NO_EMAIL },
		{ "\"email_verified\":true", NO_EMAIL },
		{ "", NO_EMAIL },
		{ "\"email\":\"a@x.example\"", UNVERIFIED },
		{ "\"email\":\"a@x.example\",\"email_verified\":false",
		    UNVERIFIED },
		{ "\"email\":\"a@x.example\",\"email_verified\":null",
		    UNVERIFIED },
		{ "\"email\":\"a@x.example\",\"email_verified\":\"true\"",
		    UNVERIFIED },
		{ "\"email\":\"a@x.example\",\"email_verified\":1",
		    UNVERIFIED },
		{ "\"email\":\"a@x.example\",\"email_verified\":[true]",
		    UNVERIFIED },
		/* Somebody who is called as another's address. */
		{ "\"username\":\"a@x.example\"", NO_EMAIL },
		{ "\"username\":\"a@x.example\",\"email\":\"m@x.example\""
		    TRUE, OTHER_EMAIL },
		{ "\"username\":\"mallory\",\"email\":\"a@x.example\"" TRUE,
		    NULL },
#undef TRUE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_claim("email", rows[i].claim, "a@x.example",
		    rows[i].part);
		expect_claim("account", rows[i].claim, "a@x.example",
		    rows[i].part);
	}
}

static void
a_number_is_proven_by_phone_number(void **state)
{
	static const struct {
		const char *claim, *part;
	} rows[] = {
		{ "\"phone_number\":\"13900000001\"", NULL },
		{ "\"phone_number\":\"+8613900000001\"", NULL },
		{ "\"phone_number\":\"+86 139-0000-0001\"", NULL },
		{ "\"phone_number\":\"13900000002\"", OTHER_PHONE },
		{ "\"phone_number\":\"+8613900000002\"", OTHER_PHONE },
		{ "\"phone_number\":\"139000000010\"", OTHER_PHONE },
		{ "\"phone_number\":\"13900000001\","
		    "\"phone_number_verified\":true", NULL },
		{ "\"phone_number\":\"13900000001\","
		    "\"phone_number_verified\":null", NULL },
		{ "\"phone_number\":\"13900000001\","
		    "\"phone_number_verified\":false",
		    "phone_number_verified is false" },
		{ "\"phone_number\":\"\"", NO_PHONE },
		{ "\"phone_number\":\"00001\"", NO_PHONE },
		{ "\"phone_number\":\"none\"", NO_PHONE },
		{ "\"phone_number\":null", NO_PHONE },
		{ "\"phone_number\":13900000001", NO_PHONE },
		{ "\"phone_number\":true", NO_PHONE },
		{ "\"phone_number\":[\"13900000001\"]", NO_PHONE },
		{ "", NO_PHONE },
		/* Somebody who is called as another's number. */
		{ "\"username\":\"13900000001\"", NO_PHONE },
		{ "\"username\":\"13900000001\",\"phone_number\":"
		    "\"13900000002\"", OTHER_PHONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_claim("phone", rows[i].claim, "13900000001",
		    rows[i].part);
		expect_claim("account", rows[i].claim, "13900000001",
		    rows[i].part);
	}
	expect_claim("account", "\"phone_number\":\"13900000001\"",
	    "+8613900000001", NULL);
	/* The end of a number is not the number. */
	expect_claim("account", "\"phone_number\":\"13900000001\"", "0001",
	    OTHER_PHONE);
	expect_claim("phone", "\"phone_number\":\"13900000001\"", "1",
	    OTHER_PHONE);
	expect_claim("phone", "\"phone_number\":\"13900000001\"", "alice",
	    OTHER_PHONE);
}

/* Claim and account, and whether they are one number. */
static void
numbers_of_two_countries_are_two(void **state)
{
	static const struct {
		const char *claim, *account;
		bool one;
	} rows[] = {
		{ "+8613900000001", "+8613900000001", true },
		{ "13900000001", "+8613900000001", true },
		{ "+86 139-0000-0001", "13900000001", true },
		{ "5851234567", "+15851234567", true },
		{ "+74951234567", "4951234567", true },
		{ "+44 20 7123 4567", "02071234567", true },
		{ "+44 (0) 20 7123 4567", "02071234567", true },
		{ "012345678", "+35312345678", true },
		/* Another country, and the rest of a number. */
		{ "+15851234567", "+8615851234567", false },
		{ "+8615851234567", "+15851234567", false },
		{ "5851234567", "+8615851234567", false },
		{ "+8615851234567", "5851234567", false },
		{ "+15851234567", "15851234567", false },
		{ "15851234567", "+15851234567", false },
		{ "5851234567", "15851234567", false },
		{ "15851234567", "5851234567", false },
		{ "8613900000001", "13900000001", false },
		{ "+13900000001", "+8613900000001", false },
		{ "+35312345678", "5312345678", false },
		{ "+4420712345", "0712345", false },
	};
	char claim[100];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(claim, sizeof(claim), "\"phone_number\":\"%s\"",
		    rows[i].claim);
		expect_claim("phone", claim, rows[i].account, rows[i].one ?
		    NULL : OTHER_PHONE);
		expect_claim("account", claim, rows[i].account, rows[i].one ?
		    NULL : OTHER_PHONE);
	}
}

/* What account_type says counts, whatever the account looks like. */
static void
a_fixed_type_has_one_claim(void **state)
{
	(void)state;
	expect_claim("username", "\"username\":\"a@x.example\"", "a@x.example",
	    NULL);
	expect_claim("username", "\"email\":\"a@x.example\","
	    "\"email_verified\":true", "a@x.example", NO_USERNAME);
	expect_claim("username", "\"username\":\"20230001\"", "20230001", NULL);
	expect_claim("username", "\"phone_number\":\"13900000001\"",
	    "13900000001", NO_USERNAME);
	expect_claim("email", "\"username\":\"alice\"", "alice", NO_EMAIL);
	expect_claim("email", "\"phone_number\":\"13900000001\"",
	    "13900000001", NO_EMAIL);
	expect_claim("phone", "\"username\":\"alice\"", "alice", NO_PHONE);
}

/* What directories call people is a user name, whatever account_type says. */
static void
directories_have_user_names(void **state)
{
	static const char *const connections[] = { "LDAP", "AD" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		set(GENAUTH_OPTION_connection, connections[i]);
		expect_claim("account", "\"username\":\"alice\"", "alice",
		    NULL);
		expect_claim("email", "\"username\":\"alice\"", "alice", NULL);
		expect_claim("account", "\"username\":\"bob\"", "alice",
		    OTHER_USERNAME);
		expect_claim("account", "", "alice", NO_USERNAME);
		expect_claim("account", "\"email\":\"a@x.example\","
		    "\"email_verified\":true", "a@x.example", NO_USERNAME);
	}
	set(GENAUTH_OPTION_connection, "PASSWORD");
}

static void
the_token_is_for_this_application(void **state)
{
	static const char none[] = "has no aud", other[] = "aud is not app_id";
	static const struct {
		const char *aud, *part;
	} rows[] = {
		{ "\"aud\":\"" APP "\"", NULL },
		{ "\"aud\":[\"" APP "\"]", NULL },
		{ "\"aud\":[\"other\",\"" APP "\"]", NULL },
		{ "\"aud\":[null,7,{},\"" APP "\"]", NULL },
		{ "\"aud\":\"other\"", other },
		{ "\"aud\":\"" APP "x\"", other },
		{ "\"aud\":\"65F0C0FFEE\"", other },
		{ "\"aud\":\"\"", other },
		{ "\"aud\":[]", other },
		{ "\"aud\":[\"other\"]", other },
		{ "\"aud\":[[\"" APP "\"]]", other },
		{ "\"aud\":[{\"" APP "\":\"" APP "\"}]", other },
		{ "\"aud\":{\"" APP "\":\"" APP "\"}", none },
		{ "\"aud\":null", none },
		{ "\"aud\":7", none },
		{ "\"azp\":\"" APP "\"", none },
	};
	char claims[900];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(claims, sizeof(claims), "{\"username\":\"alice\","
		    "\"exp\":%lld,%s}", (long long)time(NULL) + 100,
		    rows[i].aud);
		expect("aud", claims, "alice", rows[i].part);
	}
}

/* exp as it stands in the token, with its name; "": none. */
static void
expect_exp(const char *exp, const char *part)
{
	char claims[900];

	snprintf(claims, sizeof(claims), "{\"username\":\"alice\",\"aud\":"
	    "\"" APP "\"%s%s}", *exp != '\0' ? "," : "", exp);
	expect("exp", claims, "alice", part);
}

/* So many seconds from now, with something before and behind the number. */
static void
expect_exp_in(const char *before, long long seconds, const char *behind,
    const char *part)
{
	char exp[100];

	snprintf(exp, sizeof(exp), "%s%lld%s", before, (long long)time(NULL) +
	    seconds, behind);
	expect_exp(exp, part);
}

static void
the_token_is_not_over(void **state)
{
	static const char none[] = "has no exp", over[] = "exp is over";

	(void)state;
	expect_exp_in("\"exp\":", 7200, "", NULL);
	expect_exp_in("\"exp\":", 1, "", NULL);
	/* Now, and this clock a little ahead: a minute is allowed for. */
	expect_exp_in("\"exp\":", 0, "", NULL);
	expect_exp_in("\"exp\":", -30, "", NULL);
	expect_exp_in("\"exp\":", -60, "", over);
	expect_exp_in("\"exp\":", -7200, "", over);
	expect_exp_in("\"exp\":", 100, ".25", NULL);
	expect_exp_in("\"exp\":", -100, ".25", over);
	expect_exp_in("\"exp\":", 100, "e0", NULL);
	expect_exp("\"exp\":0", over);
	expect_exp("\"exp\":-1", over);
	expect_exp("\"exp\":-1e300", over);
	/* Far away is far away. */
	expect_exp("\"exp\":9223372036854775807", NULL);
	expect_exp("\"exp\":18446744073709551616", NULL);
	expect_exp("\"exp\":-9223372036854775808", over);
	expect_exp("\"exp\":-99999999999999999999999", over);
	expect_exp("\"exp\":1e300", NULL);
	expect_exp("\"exp\":1e999", NULL);
	expect_exp("\"exp\":-1e999", over);
	/* No number. */
	expect_exp("", none);
	expect_exp("\"exp\":null", none);
	expect_exp("\"exp\":true", none);
	expect_exp_in("\"exp\":\"", 100, "\"", none);
	expect_exp_in("\"exp\":[", 100, "]", none);
	expect_exp_in("\"exp\":{\"exp\":", 100, "}", none);
	expect_exp_in("\"EXP\":", 100, "", none);
}

/* libcrypto would pass over spaces, and take '=' for a zero. */
static void
what_is_no_base64_proves_nothing(void **state)
{
	/* As JSON has them; four of them keep the length that it likes. */
	static const char *const signs[] = { "=", " ", "*", "%", ".", "\\t",
	    "    ", "\\n\\n\\n\\n", "====" };
	char claims[200], token[400], broken[400];
	struct genauth_answer answer;
	int start = (int)strlen("\"e30."), end;

	(void)state;
	/* Where it does not matter what is read. */
	snprintf(claims, sizeof(claims), "{\"username\":\"alice\",\"aud\":\""
	    APP "\",\"exp\":%lld,\"x\":\"PPPPPPPP\"}",
	    (long long)time(NULL) + 100);
	snprintf(token, sizeof(token), "%s", token_of(claims));
	expect("the same, whole", claims, "alice", NULL);
	end = (int)(strrchr(token, '.') - token);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		/* In place of a letter, or in front of it. */
		for (int at = 2 * start; at < 2 * end; at++) {
			snprintf(broken, sizeof(broken), "%.*s%s%s", at / 2,
			    token, signs[i], token + at / 2 + at % 2);
			judge_token(broken, "alice", &answer);
			if (answer.verdict == GENAUTH_OK)
				fail_msg("%s", broken);
			genauth_answer_free(&answer);
		}
}

static void
without_a_token_nothing_is_proven(void **state)
{
	static const char *const tokens[] = { "null", "7", "{}", "\"\"",
	    "\"eyJhbGxxxx\"", "\"a.b\"", "\"..\"", "\"e30.W10.x\"",
	    "\"e30.!!!!.x\"", "[\"e30.e30.x\"]" };
	static const char bare[] = "{\"statusCode\":200}";
	struct genauth_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		judge_token(tokens[i], "alice", &answer);
		assert_int_equal(answer.verdict, GENAUTH_DENIED);
		assert_contains(answer.reason, "no id_token that can be read");
	}
	/* Two of one name: which counts is a matter of the reader. */
	expect("twice", "{\"username\":\"alice\",\"username\":\"alice\","
	    "\"aud\":\"" APP "\",\"exp\":99999999999}", "alice",
	    "no id_token that can be read");
	expect("cut", "{\"username\":\"alice\"", "alice",
	    "no id_token that can be read");
	answer = (struct genauth_answer){ .http_status = 200 };
	genauth_reply_judge(bare, strlen(bare), &options, "alice", &answer);
	assert_int_equal(answer.verdict, GENAUTH_DENIED);
	assert_int_equal(answer.proven, 0);
}

/* Another reason is not replaced by one about the token. */
static void
a_refusal_of_genauth_stays_one(void **state)
{
	static const char text[] = "{\"statusCode\":403,\"apiCode\":2005}";
	struct genauth_answer answer = { .http_status = 200 };

	(void)state;
	genauth_reply_judge(text, strlen(text), &options, "alice", &answer);
	assert_int_equal(answer.verdict, GENAUTH_LOCKED);
	assert_int_equal(answer.proven, 0);
	assert_string_equal(answer.sub, "");
}

#define REST "\"username\":\"alice\",\"aud\":\"" APP "\",\"exp\":99999999999}"
#define LONG "0123456789012345678901234567890123456789012345678901234567890123"

/* Whole or not at all: a part of it could be another person's. */
static void
sub_is_taken_as_it_is(void **state)
{
	static const struct {
		const char *claims, *sub;
	} rows[] = {
		{ "{\"sub\":\"5f719946524ee1099229496b\"," REST,
		    "5f719946524ee1099229496b" },
		{ "{\"sub\":\"A-b_9\"," REST, "A-b_9" },
		{ "{\"sub\":\"" LONG "\"," REST, LONG },
		{ "{\"sub\":\"" LONG "4\"," REST, "" },
		{ "{\"sub\":\"a b\"," REST, "" },
		{ "{\"sub\":\"a\\nverdict=OK\"," REST, "" },
		{ "{\"sub\":\"a=b\"," REST, "" },
		{ "{\"sub\":\"\\u00e9\"," REST, "" },
		{ "{\"sub\":\"\"," REST, "" }, { "{\"sub\":null," REST, "" },
		{ "{\"sub\":7," REST, "" }, { "{" REST, "" },
	};
	static const char plain[] = "{\"statusCode\":200,\"data\":{"
	    "\"id_token\":\"e30.eyJzdWIiOiJ4LTEifQ.c2ln\"}}";
	struct genauth_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		judge_token(token_of(rows[i].claims), "alice", &answer);
		assert_int_equal(answer.verdict, GENAUTH_OK);
		assert_string_equal(answer.sub, rows[i].sub);
		genauth_answer_free(&answer);
	}
	/* Whose token it was, an auditor wants to know. */
	judge_token(token_of("{\"sub\":\"mallory-1\"," REST), "bob", &answer);
	assert_int_equal(answer.verdict, GENAUTH_DENIED);
	assert_string_equal(answer.sub, "mallory-1");
	/* Others ask for it too, and nothing is proven by it. */
	set(GENAUTH_OPTION_identity, "if_present");
	answer = (struct genauth_answer){ .http_status = 200 };
	genauth_reply_judge(plain, strlen(plain), &options, "alice", &answer);
	assert_int_equal(answer.verdict, GENAUTH_OK);
	assert_string_equal(answer.sub, "x-1");
	assert_int_equal(answer.proven, 0);
	genauth_answer_free(&answer);
	set(GENAUTH_OPTION_identity, "required");
}

/* ---- the scope, before anything is sent --------------------------------- */

/* Whether a password for the account may be sent. */
static bool
is_possible(const char *scope, const char *account, const char *part)
{
	struct genauth_failure failure = { 0 };
	bool possible;

	if (scope != NULL)
		set(GENAUTH_OPTION_scope, scope);
	possible = genauth_proof_is_possible(&options, account, &failure);
	if (!possible) {
		assert_int_equal(failure.verdict, GENAUTH_DENIED);
		assert_contains(failure.text, part);
	}
	free(options.scope);
	options.scope = NULL;
	return possible;
}

static void
the_form_needs_its_scope(void **state)
{
	static const char address[] = "a@x.example", number[] = "13900000001";

	(void)state;
	assert_true(is_possible(NULL, "alice", ""));
	assert_true(is_possible(NULL, address, ""));
	assert_true(is_possible(NULL, number, ""));
	assert_true(is_possible("openid username", "alice", ""));
	assert_false(is_possible("openid username", address,
	    "needs email in scope"));
	assert_false(is_possible("openid username", number,
	    "needs phone in scope"));
	assert_false(is_possible("openid email phone", "alice",
	    "needs username in scope"));
	assert_false(is_possible("openid usernames", "alice",
	    "needs username in scope"));
	assert_true(is_possible("openid email", address, ""));
	assert_true(is_possible("openid phone", number, ""));
	assert_true(is_possible("openid phone", "+8613900000001", ""));
	set(GENAUTH_OPTION_identity, "if_present");
	assert_true(is_possible("openid", "alice", ""));
	set(GENAUTH_OPTION_identity, "required");
}

static void
accounts_have_a_form(void **state)
{
	static const struct {
		const char *account;
		enum genauth_account_type form;
	} rows[] = {
		{ "alice", GENAUTH_ACCOUNT_USERNAME },
		{ "a@b", GENAUTH_ACCOUNT_EMAIL },
		{ "@", GENAUTH_ACCOUNT_EMAIL },
		{ "1@2", GENAUTH_ACCOUNT_EMAIL },
		{ "123", GENAUTH_ACCOUNT_PHONE },
		{ "+123", GENAUTH_ACCOUNT_PHONE },
		{ "+", GENAUTH_ACCOUNT_USERNAME },
		{ "", GENAUTH_ACCOUNT_USERNAME },
		{ "++1", GENAUTH_ACCOUNT_USERNAME },
		{ "1+1", GENAUTH_ACCOUNT_USERNAME },
		{ "123a", GENAUTH_ACCOUNT_USERNAME },
		{ "123-4", GENAUTH_ACCOUNT_USERNAME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (genauth_form_of(&options, rows[i].account) != rows[i].form)
			fail_msg("%s", rows[i].account);
}

static int
make_options(void **state)
{
	(void)state;
	if (!genauth_options_init(&options))
		return -1;
	set(GENAUTH_OPTION_app_id, APP);
	set(GENAUTH_OPTION_identity, "required");
	return 0;
}

static int
free_options(void **state)
{
	(void)state;
	genauth_options_free(&options);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_name_is_proven_by_username),
		cmocka_unit_test(an_address_is_proven_by_email),
		cmocka_unit_test(a_number_is_proven_by_phone_number),
		cmocka_unit_test(numbers_of_two_countries_are_two),
		cmocka_unit_test(a_fixed_type_has_one_claim),
		cmocka_unit_test(directories_have_user_names),
		cmocka_unit_test(the_token_is_for_this_application),
		cmocka_unit_test(the_token_is_not_over),
		cmocka_unit_test(what_is_no_base64_proves_nothing),
		cmocka_unit_test(without_a_token_nothing_is_proven),
		cmocka_unit_test(a_refusal_of_genauth_stays_one),
		cmocka_unit_test(sub_is_taken_as_it_is),
		cmocka_unit_test(the_form_needs_its_scope),
		cmocka_unit_test(accounts_have_a_form),
	};

	return cmocka_run_group_tests_name("proof", tests, make_options,
	    free_options);
}
