/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "common/options.h"
#include "common/options_file.h"
#include "common/options_line.h"
#include "unit/option_text.h"

static char folder[] = "/tmp/genauth-options-XXXXXX";
static char path[256];

struct reports {
	int count;
	char first[1024];
	char all[4096];
};

static void
keep(void *data, const char *text)
{
	struct reports *reports = data;
	size_t length = strlen(reports->all);

	if (reports->count++ == 0)
		snprintf(reports->first, sizeof(reports->first), "%s", text);
	snprintf(reports->all + length, sizeof(reports->all) - length, "%s\n",
	    text);
}

static bool
read_text(struct genauth_options *options, const char *text, mode_t mode,
    const char *service, struct reports *reports)
{
	*reports = (struct reports){ 0 };
	assert_true(genauth_options_init(options));
	unit_write(path, text, strlen(text), mode);
	return genauth_options_read_file(options, path, service, keep, reports);
}

/* The text is refused; one report names the line and has that part. */
static void
refused(const char *text, unsigned line, const char *part)
{
	struct genauth_options options;
	struct reports reports;
	char place[300];

	assert_false(read_text(&options, text, 0600, "sshd", &reports));
	snprintf(place, sizeof(place), "%s:%u: ", path, line);
	assert_contains(reports.first, place);
	assert_contains(reports.first, part);
	genauth_options_free(&options);
}

static const char *
text_of(const struct genauth_options *options, const char *key)
{
	enum genauth_option option = genauth_options_find(key);

	assert_true(option < GENAUTH_OPTION_COUNT);
	return option_text(options, option);
}

static void
defaults_pass_their_own_checks(void **state)
{
	struct genauth_options options;
	struct genauth_failure failure;

	(void)state;
	assert_true(genauth_options_init(&options));
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
		const char *value = option_text(&options,
		    (enum genauth_option)i);

		if (value != NULL)
			assert_true(genauth_options_set(&options,
			    (enum genauth_option)i, value, GENAUTH_PLACE_SECTION,
			    &failure));
	}
	assert_null(text_of(&options, "scope"));
	assert_int_equal(options.identity, GENAUTH_IDENTITY_IF_PRESENT);
	assert_string_equal(text_of(&options, "prompt"), "Password: ");
	assert_int_equal(options.timeout_ms, 10000);
	assert_int_equal(options.min_uid, 1000);
	assert_true(options.preconnect);
	assert_int_equal(options.export_tokens,
	    GENAUTH_BIT(GENAUTH_EXPORT_NONE));
	genauth_options_free(&options);
}

static void
sections_override_for_their_service(void **state)
{
	static const char text[] =
	    "# comment\n"
	    "app_host = https://a.example\n"
	    "app_id=abc\n"
	    "timeout = 20 ; inline comment\n"
	    "\n"
	    "[sudo]\n"
	    "timeout = 5\n"
	    "  prompt = \"GenAuth: \"\n"
	    "[sshd]\n"
	    "export_tokens = id_token, access_token\n";
	struct genauth_options options;
	struct reports reports;

	(void)state;
	assert_true(read_text(&options, text, 0644, "sudo", &reports));
	assert_string_equal(text_of(&options, "timeout"), "5");
	assert_string_equal(text_of(&options, "prompt"), "GenAuth: ");
	assert_string_equal(text_of(&options, "export_tokens"), "none");
	genauth_options_free(&options);

	assert_true(read_text(&options, text, 0644, "sshd", &reports));
	assert_string_equal(text_of(&options, "timeout"), "20");
	assert_string_equal(text_of(&options, "prompt"), "Password: ");
	assert_int_equal(options.export_tokens,
	    GENAUTH_BIT(GENAUTH_EXPORT_ID_TOKEN) |
	    GENAUTH_BIT(GENAUTH_EXPORT_ACCESS_TOKEN));
	genauth_options_free(&options);
	assert_int_equal(reports.count, 0);
}

static void
errors_name_file_and_line(void **state)
{
	char longer[2500] = "\n\nprompt = ";

	(void)state;
	refused("app_hots = https://a\n", 1, "unknown key 'app_hots'");
	refused("\n\ntimeout = ten\n", 3, "whole number from 1 to 120");
	refused("timeout = 0\n", 1, "from 1 to 120");
	refused("timeout = 121\n", 1, "from 1 to 120");
	refused("timeout = 5s\n", 1, "whole number");
	refused("timeout = 5\ntimeout = 6\n", 2, "stands on line 1");
	refused("preconnect = ture\n", 1, "yes or no");
	refused("preconnect = YES\n", 1, "yes or no");
	refused("app_host = http://a.example\n", 1, "https://");
	refused("app_host = https://\n", 1, "https://HOST");
	refused("app_host = https://a.example/path\n", 1, "https://HOST");
	refused("app_host = https://u:p@a.example\n", 1, "https://HOST");
	refused("app_host = https:///\n", 1, "https://HOST");
	refused("app_host = https://a.example//\n", 1, "https://HOST");
	refused("app_host = HTTP://a.example\n", 1, "https://");
	refused("app_id =\n", 1, "has no value");
	refused("app_id:a=b\n", 1, "neither [section] nor key = value");
	refused("app_id = a b\n", 1, "without spaces");
	refused("scope = profile\n", 1, "must contain openid");
	refused("scope = openidx\n", 1, "must contain openid");
	refused("identity = yes\n", 1, "one of: if_present required");
	refused("lang = de-DE\n", 1, "one of: zh-CN");
	refused("lang = zh-CN en-US\n", 1, "one of: zh-CN");
	refused("export_tokens = refresh_token\n", 1, "list of");
	refused("export_tokens = none id_token\n", 1, "none and something");
	refused("ca_file = ca.pem\n", 1, "absolute path");
	refused("pinned_public_key = sha1//x\n", 1, "sha256//");
	refused("proxy = socks5://x\n", 1, "http://");
	refused("proxy = https://x\n", 1, "http://");
	refused("tls_min_version = 1.1\n", 1, "one of: 1.2 1.3");
	refused("account_format = fixed\n", 1, "%u");
	refused("account_format = %u%d\n", 1, "neither %u nor %%");
	refused("account_format = %u%\n", 1, "neither %u nor %%");
	refused("helper_user = -root\n", 1, "is no user name");
	refused("min_uid = 0\n", 1, "from 1");
	refused("token_endpoint_auth_method = private_key_jwt\n", 1, "one of");
	refused("just words\n", 1, "neither [section] nor key = value");
	refused("prompt = a\tb\n", 1, "control character");
	refused("prompt = caf\xe9\n", 1, "not UTF-8");
	memset(longer + strlen(longer), 'x', 2400);
	refused(longer, 3, "line longer than");
}

static void
a_section_may_be_for_several(void **state)
{
	static const char text[] = "timeout = 20\n[sudo sudo-i]\n"
	    "timeout = 5\nallow_nologin = yes\n[su]\ntimeout = 6\n";
	static const struct {
		const char *service, *timeout;
	} expected[] = { { "sudo", "5" }, { "sudo-i", "5" }, { "su", "6" },
	    { "sshd", "20" }, { "sud", "20" } };
	struct genauth_options options;
	struct reports reports;

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_true(read_text(&options, text, 0644,
		    expected[i].service, &reports));
		assert_string_equal(text_of(&options, "timeout"),
		    expected[i].timeout);
		assert_int_equal(options.has_section,
		    strcmp(expected[i].timeout, "20") != 0);
		assert_int_equal(options.allow_nologin,
		    strcmp(expected[i].timeout, "5") == 0);
		genauth_options_free(&options);
	}
	refused("[sudo  sudo-i]\ntimeout = 1\n", 1, "not a section");
	refused("[sudo,sudo-i]\ntimeout = 1\n", 1, "not a section");
	refused("[sudo sudo]\ntimeout = 1\n", 2, "appears a second time");
	refused("[sudo]\ntimeout = 1\n[su sudo]\ntimeout = 1\n", 4,
	    "appears a second time");
}

static void
some_options_are_for_a_section_only(void **state)
{
	(void)state;
	refused("allow_nologin = yes\n", 1, "must not hold for all services");
}

static void
other_sections_are_checked_too(void **state)
{
	(void)state;
	refused("[sudo]\ntimeout = x\n", 2, "whole number");
	refused("[sudo]\ntimeout = 1\n[sshd]\ntimeout = 1\n[sudo]\nprompt = x\n",
	    6, "appears a second time");
	refused("[sudo]\ntimeout = 1\n[sudo]\nprompt = x\n", 4,
	    "appears a second time");
	refused("[sudo]\ntimeout = 1\ntimeout = 2\n", 3, "stands on line 2");
}

static void
sections_are_names_of_services(void **state)
{
	char longer[80] = "[";
	struct genauth_options options;
	struct reports reports;

	(void)state;
	refused("[SSHD]\ntimeout = 1\n", 1, "not a section");
	refused("[ sshd ]\ntimeout = 1\n", 1, "not a section");
	refused("[]\ntimeout = 1\n", 1, "not a section");
	refused("[sshd] timeout = 1\n", 1, "not a section");
	refused("[sshd\ntimeout = 1\n", 1, "not a section");
	memset(longer + 1, 'a', 49);
	strcat(longer, "]\n");
	refused(longer, 1, "not a section");
	assert_true(read_text(&options, "[sshd]  ; comment\ntimeout = 7\n",
	    0600, "sshd", &reports));
	assert_string_equal(text_of(&options, "timeout"), "7");
	genauth_options_free(&options);
}

/* A value of that length: begin, then filler, then end. */
static void
write_value(char *text, size_t size, const char *key, const char *begin,
    const char *end, size_t length)
{
	size_t filler = length - strlen(begin) - strlen(end);
	int used = snprintf(text, size, "# first\n%s = %s", key, begin);

	memset(text + used, 'x', filler);
	snprintf(text + used + filler, size - (size_t)used - filler, "%s\n",
	    end);
}

/* The lengths of genauth.conf(5) are those that a file may have. */
static void
each_length_of_the_manual_works(void **state)
{
	static const struct {
		const char *key, *begin, *end;
		size_t maximum;
	} rows[] = {
		{ "app_host", "https://", ":8443", 255 },
		{ "app_id", "", "", 128 },
		{ "app_secret", "", "", 256 },
		{ "app_secret_file", "/", "", 1024 },
		{ "account_format", "%u", "%%", 128 },
		{ "scope", "openid ", "", 256 },
		{ "prompt", "", "", 128 },
		{ "ca_file", "/", "", 1024 },
		{ "ca_path", "/", "", 1024 },
		{ "client_cert", "/", "", 1024 },
		{ "client_key", "/", "", 1024 },
		{ "proxy", "http://u:", "@h:3128", 512 },
		{ "helper_user", "", "", 32 },
		{ "roles_namespace", "", "", 64 },
	};
	struct genauth_options options;
	struct reports reports;
	char text[3000], part[80];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value;

		write_value(text, sizeof(text), rows[i].key, rows[i].begin,
		    rows[i].end, rows[i].maximum);
		assert_true(read_text(&options, text, 0600, "sshd", &reports));
		value = text_of(&options, rows[i].key);
		assert_int_equal(strlen(value), rows[i].maximum);
		assert_memory_equal(strstr(text, "= ") + 2, value,
		    rows[i].maximum);
		genauth_options_free(&options);
		write_value(text, sizeof(text), rows[i].key, rows[i].begin,
		    rows[i].end, rows[i].maximum + 1);
		snprintf(part, sizeof(part), "longer than %zu bytes",
		    rows[i].maximum);
		refused(text, 2, part);
	}
}

/* A list of hashes: nineteen have 1006 bytes, twenty 1059. */
static void
pins_up_to_their_length(void **state)
{
	static const char pin[] =
	    "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=";
	struct genauth_options options;
	struct reports reports;
	char text[3000] = "pinned_public_key = ";

	(void)state;
	for (int i = 0; i < 19; i++) {
		strcat(text, i > 0 ? ";" : "");
		strcat(text, pin);
	}
	assert_true(read_text(&options, text, 0600, "sshd", &reports));
	assert_int_equal(strlen(text_of(&options, "pinned_public_key")), 1006);
	genauth_options_free(&options);
	strcat(text, ";");
	strcat(text, pin);
	refused(text, 1, "longer than 1024 bytes");
}

/* No more than that are remembered, to find the second of a name. */
static void
sections_are_so_many(void **state)
{
	char text[2048] = "";
	struct genauth_options options;
	struct reports reports;

	(void)state;
	for (int i = 0; i < 64; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "[s%d]\ntimeout = 5\n", i);
	assert_true(read_text(&options, text, 0600, "s63", &reports));
	assert_int_equal(options.timeout_ms, 5000);
	genauth_options_free(&options);
	strcat(text, "[one-more]\n");
	refused(text, 129, "too many sections");
}

static void
lists_of_names_have_no_patterns(void **state)
{
	static const char *const bad[] = { "-a", "+a", "@a", "%a", "&a", "a *",
	    "a,b", "a !b", "a:b", "\" \"", "a \"b" };
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "deny_users = %s\n", bad[i]);
		refused(text, 1, "deny_users: ");
	}
}

/* A line of three words at most; part: of what is wrong, NULL: nothing. */
static void
line(const char *const words[3], const char *part)
{
	struct genauth_options_line read;
	struct genauth_options options;
	struct reports reports = { 0 };
	int count = 0;

	while (count < 3 && words[count] != NULL)
		count++;
	assert_true(genauth_options_init(&options));
	assert_int_equal(genauth_options_line_read(&read, &options, count,
	    words, "here", keep, &reports), part == NULL);
	assert_int_equal(reports.count, part != NULL);
	if (part != NULL) {
		assert_contains(reports.first, "here: ");
		assert_contains(reports.first, part);
	}
	genauth_options_free(&options);
}

static void
words_of_a_line_go_together(void **state)
{
	static const struct {
		const char *words[3], *part;
	} rows[] = {
		{ { "use_first_pass", "debug", "nodelay" }, NULL },
		{ { "try_first_pass" }, NULL },
		{ { "use_first_pass", "try_first_pass" }, "exclude" },
		{ { "prepare", "debug" }, NULL },
		{ { "prepare", "use_first_pass" }, "prepare asks nobody" },
		{ { "prepare", "try_first_pass" }, "prepare asks nobody" },
		{ { "prepare", "nodelay" }, "prepare asks nobody" },
		{ { "timeout=5", "conf=/x", "timeout_=5" }, "unknown option" },
		{ { "timeout=5", "min_uid=7" }, NULL },
		{ { "timeout=5", "timeout=5" }, "stands there twice" },
		{ { "timeout" }, "unknown option 'timeout'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		line(rows[i].words, rows[i].part);
}

/* What is asked for, and what stands in a path. */
static void
codes_have_an_alphabet(void **state)
{
	static const char *const good[] = { "a", "sudoer ops", "  a   b ",
	    "x.y_z-1:2@3/4+5", "A A" };
	static const char *const bad[] = { "\" \"", "a,b", "a b=c", "a%20b",
	    "a?b", "a&b", "a#b", "a\"b", "a\\b", "a'b", "-", "a -b",
	    "\xe7\xae\xa1", "a*", "a$" };
	static const char *const keys[] = { "require_roles",
	    "require_groups" };
	struct genauth_options options;
	struct reports reports;
	char text[256], longer[128];

	(void)state;
	memset(longer, 'x', sizeof(longer));
	longer[65] = '\0';
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			snprintf(text, sizeof(text), "%s = \"%s\"\n", keys[k],
			    good[i]);
			assert_true(read_text(&options, text, 0600, "sshd",
			    &reports));
			assert_string_equal(text_of(&options, keys[k]),
			    good[i]);
			genauth_options_free(&options);
		}
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			snprintf(text, sizeof(text), "%s = %s\n", keys[k],
			    bad[i]);
			refused(text, 1, "must ");
		}
		snprintf(text, sizeof(text), "%s = a %s\n", keys[k], longer);
		refused(text, 1, "at most 64");
		snprintf(text, sizeof(text), "%s = a %s\n", keys[k],
		    longer + 1);
		assert_true(read_text(&options, text, 0600, "sshd", &reports));
		genauth_options_free(&options);
	}
	refused("roles_namespace = a b\n", 1, "must be letters");
	refused("roles_namespace = a&b=c\n", 1, "must be letters");
	refused("roles_namespace =\n", 1, "no value");
}

static void
quotes_come_in_pairs(void **state)
{
	(void)state;
	refused("prompt = \"a ; b\"\n", 1, "must end in one");
	refused("prompt = \"\n", 1, "must end in one");
}

static void
all_errors_are_reported(void **state)
{
	struct genauth_options options;
	struct reports reports;

	(void)state;
	assert_false(read_text(&options, "one = 1\ntimeout = x\n[a]\ntwo = 2\n",
	    0600, "sshd", &reports));
	assert_int_equal(reports.count, 3);
	assert_contains(reports.all, ":1: unknown key 'one'");
	assert_contains(reports.all, ":2: timeout");
	assert_contains(reports.all, ":4: unknown key 'two'");
	genauth_options_free(&options);
}

static void
secrets_need_a_closed_file(void **state)
{
	struct genauth_options options;
	struct reports reports;

	(void)state;
	assert_false(read_text(&options, "app_secret = s3cr3t\n", 0644, "sshd",
	    &reports));
	assert_contains(reports.first, "chmod 600");
	assert_null(strstr(reports.all, "s3cr3t"));
	genauth_options_free(&options);
	assert_false(read_text(&options, "[sudo]\napp_secret = s3cr3t\n", 0640,
	    "sshd", &reports));
	genauth_options_free(&options);
	assert_false(read_text(&options, "proxy = http://u:p@h:3128\n", 0644,
	    "sshd", &reports));
	genauth_options_free(&options);
	assert_true(read_text(&options, "proxy = http://h:3128\n", 0644, "sshd",
	    &reports));
	genauth_options_free(&options);
	assert_true(read_text(&options, "app_secret = s3cr3t\n", 0600, "sshd",
	    &reports));
	genauth_options_free(&options);
}

static void
secrets_stay_off_the_pam_line(void **state)
{
	struct genauth_options options;
	struct genauth_failure failure;

	(void)state;
	assert_true(genauth_options_init(&options));
	assert_false(genauth_options_set(&options, GENAUTH_OPTION_app_secret,
	    "s3cr3t", GENAUTH_PLACE_PAM_LINE, &failure));
	assert_contains(failure.text, "pam.d line");
	assert_null(strstr(failure.text, "s3cr3t"));
	assert_null(text_of(&options, "app_secret"));
	assert_false(genauth_options_set(&options,
	    GENAUTH_OPTION_app_secret_file, "/x", GENAUTH_PLACE_PAM_LINE,
	    &failure));
	assert_true(genauth_options_set(&options, GENAUTH_OPTION_timeout, "3",
	    GENAUTH_PLACE_PAM_LINE, &failure));
	genauth_options_free(&options);
}

/* Whether genauth-signin takes that value of the key. */
static bool
decodes(const char *key, const char *value)
{
	struct genauth_options options;
	struct genauth_failure failure;
	bool done;

	assert_true(genauth_options_init(&options));
	done = genauth_options_decode(&options, key, value, &failure);
	assert_true(done || failure.text[0] != '\0');
	genauth_options_free(&options);
	return done;
}

static void
options_travel(void **state)
{
	static const char text[] =
	    "app_host = https://a.example\n"
	    "app_id = abc\n"
	    "app_secret = s3cret\n"
	    "timeout = 7\n"
	    "preconnect = no\n"
	    "connection = AD\n"
	    "min_uid = 4294967294\n"
	    "export_tokens = access_token\n";
	struct genauth_options options, arrived;
	struct genauth_records records = { 0 };
	struct genauth_failure failure;
	struct reports reports;
	size_t position = 0, length;
	char name[256], value[2048];
	const char *data;

	(void)state;
	assert_true(read_text(&options, text, 0600, "sshd", &reports));
	genauth_options_encode(&options, "", &records);
	assert_false(records.failed);
	assert_true(genauth_options_init(&arrived));
	while (genauth_records_next(&records, &position, name, &data,
	    &length)) {
		assert_true(length < sizeof(value));
		memcpy(value, data, length);
		value[length] = '\0';
		assert_true(genauth_options_decode(&arrived, name, value,
		    &failure));
	}
	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
		const char *now = option_text(&arrived, (enum genauth_option)i);

		snprintf(value, sizeof(value), "%s", now != NULL ? now : "");
		now = option_text(&options, (enum genauth_option)i);
		assert_string_equal(value, now != NULL ? now : "");
	}
	genauth_records_free(&records);
	genauth_options_free(&arrived);
	genauth_options_free(&options);
}

static void
what_cannot_be_is_not_taken_from_the_wire(void **state)
{
	(void)state;
	assert_true(decodes("connection", "3"));
	assert_false(decodes("connection", "4"));
	assert_false(decodes("connection", "-1"));
	assert_false(decodes("connection", "AD"));
	assert_true(decodes("identity", "2"));
	assert_false(decodes("identity", "3"));
	assert_true(decodes("export_tokens", "12"));
	assert_false(decodes("export_tokens", "16"));
	assert_true(decodes("preconnect", "1"));
	assert_false(decodes("preconnect", "2"));
	assert_true(decodes("timeout", "120"));
	assert_false(decodes("timeout", "121"));
	assert_false(decodes("timeout", "0"));
	assert_false(decodes("app_host", "http://a.example"));
	assert_false(decodes("helper_user", "r oot"));
	assert_false(decodes("nonsense", "1"));
}

static void
finish(const char *text, bool good, const char *part)
{
	struct genauth_options options;
	struct genauth_failure failure = { 0 };
	struct reports reports;

	assert_true(read_text(&options, text, 0600, "sshd", &reports));
	assert_int_equal(genauth_options_finish(&options, &failure), good);
	if (good)
		assert_string_equal(text_of(&options,
		    "token_endpoint_auth_method"), part);
	else
		assert_contains(failure.text, part);
	genauth_options_free(&options);
}

#define REQUIRED "app_host = https://a.example\napp_id = i\n"

static void
the_whole_is_checked(void **state)
{
	(void)state;
	finish("app_id = i\n", false, "app_host is not set");
	finish("app_host = https://a.example\n", false, "app_id is not set");
	finish(REQUIRED, true, "none");
	finish(REQUIRED "app_secret = s\n", true, "client_secret_post");
	finish(REQUIRED "app_secret = s\ntoken_endpoint_auth_method = none\n",
	    true, "none");
	finish(REQUIRED "token_endpoint_auth_method = client_secret_basic\n",
	    false, "needs app_secret");
	finish(REQUIRED "app_secret = s\napp_secret_file = /s\n", false,
	    "keep one");
	finish(REQUIRED "client_cert = /c\n", false, "need each other");
	finish(REQUIRED "client_key = /c\n", false, "need each other");
	finish(REQUIRED "account_map_fallback = yes\n", false,
	    "needs account_map");
	finish(REQUIRED "account_map_fallback = yes\naccount_map = /m\n", true,
	    "none");
}

#define PROOF REQUIRED "identity = required\n"

/* What could never let anybody in is said before anybody tries. */
static void
a_proof_needs_its_scope(void **state)
{
	static const struct {
		const char *lines, *part;	/* NULL: good */
	} rows[] = {
		{ "", NULL },
		{ "account_type = email\n", NULL },
		{ "account_type = email\nscope = openid email\n", NULL },
		{ "account_type = email\nscope = openid username phone\n",
		    "identity = required needs email in scope" },
		{ "account_type = phone\nscope = openid phone\n", NULL },
		{ "account_type = phone\nscope = openid email\n",
		    "needs phone in scope; add it, or remove scope" },
		{ "account_type = username\nscope = openid username\n", NULL },
		{ "account_type = username\nscope = openid profile\n",
		    "needs username in scope" },
		{ "account_type = username\nscope = openid usernames\n",
		    "needs username in scope" },
		{ "scope = openid profile\n",
		    "needs username, email or phone in scope" },
		{ "scope = openid profile phone\n", NULL },
		{ "scope = openid email\n", NULL },
		{ "scope = openid username\n", NULL },
		/* Directories have user names. */
		{ "connection = LDAP\nscope = openid username\n", NULL },
		{ "connection = LDAP\nscope = openid email phone\n",
		    "needs username in scope" },
		{ "connection = AD\naccount_type = email\n"
		    "scope = openid email\n", "needs username in scope" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), PROOF "%s", rows[i].lines);
		finish(text, rows[i].part == NULL, rows[i].part != NULL ?
		    rows[i].part : "none");
	}
	finish(REQUIRED "scope = openid\naccount_type = email\n", true,
	    "none");
}

static void
secret_file(const char *content, size_t length, mode_t mode, bool good,
    const char *part)
{
	struct genauth_options options;
	struct genauth_failure failure = { 0 };
	struct reports reports;
	char secret[280], text[512];

	snprintf(secret, sizeof(secret), "%s/secret", folder);
	unit_write(secret, content, length, mode);
	snprintf(text, sizeof(text), REQUIRED "app_secret_file = %s\n", secret);
	assert_true(read_text(&options, text, 0644, "sshd", &reports));
	assert_int_equal(genauth_options_finish(&options, &failure), good);
	if (good)
		assert_string_equal(text_of(&options, "app_secret"), part);
	else
		assert_contains(failure.text, part);
	genauth_options_free(&options);
}

static void
the_secret_comes_from_a_file(void **state)
{
	(void)state;
	secret_file("s3cr3t\n", 7, 0600, true, "s3cr3t");
	secret_file("s3cr3t", 6, 0400, true, "s3cr3t");
	secret_file("s3cr3t\n", 7, 0640, false, "chmod 600");
	secret_file("", 0, 0600, false, "has no value");
	secret_file("\n", 1, 0600, false, "has no value");
	secret_file("one\ntwo\n", 8, 0600, false, "control character");
	secret_file("a\0b", 3, 0600, false, "has no value");
	secret_file("a\0b\n", 4, 0600, false, "has no value");
}

static void
a_nul_in_the_file_is_refused(void **state)
{
	static const char text[] = "timeout = 3\n\0timeout = 4\n";
	struct genauth_options options;
	struct reports reports = { 0 };

	(void)state;
	assert_true(genauth_options_init(&options));
	unit_write(path, text, sizeof(text) - 1, 0600);
	assert_false(genauth_options_read_file(&options, path, "sshd", keep,
	    &reports));
	assert_contains(reports.first, ":2: has a NUL byte");
	genauth_options_free(&options);
}

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/genauth.conf", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void
the_order_of_factors_has_each_once(void **state)
{
	static const struct {
		const char *value;
		bool good;
	} rows[] = {
		{ "OTP", true }, { "EMAIL", true }, { "SMS", true },
		{ "SMS EMAIL OTP", true }, { "OTP  SMS", true },
		{ "OTP OTP", false }, { "OTP SMS OTP", false },
		{ "otp", false }, { "OTP,SMS", false }, { "OTP;SMS", false },
		{ "FACE", false }, { "OTP FACE", false }, { "OT", false },
		{ "OTPS", false }, { "SMSOTP", false }, { "EMAIL SMS", true },
		{ "OTP EMAIL SMS   ", true }, { "OTP EMAIL SMS    ", false },
		{ "", false },
	};
	struct genauth_failure failure;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (genauth_options_set(NULL, GENAUTH_OPTION_mfa_policy_order,
		    rows[i].value, GENAUTH_PLACE_SECTION, &failure) !=
		    rows[i].good)
			fail_msg("mfa_policy_order = \"%s\"", rows[i].value);
}

/* Codes may be tried again, but not so often that they can be guessed. */
static void
tries_are_few(void **state)
{
	struct genauth_failure failure;

	(void)state;
	for (int tries = -1; tries <= 9; tries++) {
		char value[8];

		snprintf(value, sizeof(value), "%d", tries);
		assert_int_equal(genauth_options_set(NULL,
		    GENAUTH_OPTION_mfa_tries, value, GENAUTH_PLACE_SECTION,
		    &failure), tries >= 1 && tries <= 5);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_pass_their_own_checks),
		cmocka_unit_test(sections_override_for_their_service),
		cmocka_unit_test(errors_name_file_and_line),
		cmocka_unit_test(a_section_may_be_for_several),
		cmocka_unit_test(some_options_are_for_a_section_only),
		cmocka_unit_test(other_sections_are_checked_too),
		cmocka_unit_test(sections_are_names_of_services),
		cmocka_unit_test(each_length_of_the_manual_works),
		cmocka_unit_test(pins_up_to_their_length),
		cmocka_unit_test(sections_are_so_many),
		cmocka_unit_test(lists_of_names_have_no_patterns),
		cmocka_unit_test(words_of_a_line_go_together),
		cmocka_unit_test(codes_have_an_alphabet),
		cmocka_unit_test(quotes_come_in_pairs),
		cmocka_unit_test(all_errors_are_reported),
		cmocka_unit_test(secrets_need_a_closed_file),
		cmocka_unit_test(secrets_stay_off_the_pam_line),
		cmocka_unit_test(options_travel),
		cmocka_unit_test(what_cannot_be_is_not_taken_from_the_wire),
		cmocka_unit_test(the_whole_is_checked),
		cmocka_unit_test(a_proof_needs_its_scope),
		cmocka_unit_test(the_secret_comes_from_a_file),
		cmocka_unit_test(a_nul_in_the_file_is_refused),
		cmocka_unit_test(the_order_of_factors_has_each_once),
		cmocka_unit_test(tries_are_few),
	};

	/* The table, for the test that compares it with manual and sample. */
	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		struct genauth_options defaults;

		if (!genauth_options_init(&defaults))
			return 1;
		for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
			enum genauth_option option = (enum genauth_option)i;
			const char *value = option_text(&defaults, option);

			printf("%s\t%s\n", genauth_option_rows[option].key,
			    value != NULL ? value : "");
		}
		genauth_options_free(&defaults);
		return 0;
	}
	return cmocka_run_group_tests_name("options", tests, make_folder,
	    remove_folder);
}
