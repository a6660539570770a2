/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/grace.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"
#include "common/text.h"
#include "login/host.h"
#include "login/state.h"

/* The longest file, in bytes. */
#define CONTENT_LIMIT 1024

/*
 * This host, where a proxy or tunnel has everybody come from, and addresses
 * that are given anew on each link.
 */
#define NOT_ELSEWHERE "127.0.0.0/8 ::1 fe80::/10"

/* The address of a login from elsewhere, or NULL. */
static const char *
address_of(const struct genauth_login *login, char out[INET6_ADDRSTRLEN])
{
	return login->rhost == NULL || genauth_host_is_in(NOT_ELSEWHERE,
	    login->rhost) ? NULL : genauth_host_address(login->rhost, out);
}

/* false: nothing may be remembered. */
static bool
make_path(const struct genauth_login *login, char path[GENAUTH_STATE_PATH])
{
	const struct genauth_options *options = login->options;
	char text[INET6_ADDRSTRLEN];
	const char *address = address_of(login, text);

	return options->second_factor != GENAUTH_SECOND_FACTOR_NONE &&
	    options->second_factor_grace > 0 && login->entry != NULL &&
	    login->service != NULL && strchr(login->service, '/') == NULL &&
	    geteuid() == 0 && getuid() == geteuid() &&
	    address != NULL && snprintf(path, GENAUTH_STATE_PATH, "%s/factor-%u-%s-%s",
	    genauth_paths.cache, (unsigned)login->entry->pw_uid, address,
	    login->service) < GENAUTH_STATE_PATH;
}

/* Which boot this is: a folder may outlive it, and its clock does not. */
static bool
read_boot(char boot[64])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	bool done = file != NULL && fgets(boot, 64, file) != NULL;

	if (file != NULL)
		fclose(file);
	boot[done ? strcspn(boot, "\n") : 0] = '\0';
	return done && boot[0] != '\0';
}

/*
 * What the file of that sub says, but for the time: the boot, the server, the
 * application and the sub, a line each.
 */
static bool
describe(const struct genauth_login *login, const char *sub,
    char text[CONTENT_LIMIT])
{
	char boot[64];

	return read_boot(boot) && snprintf(text, CONTENT_LIMIT,
	    "%s\n%s\n%s\n%s\n", boot, login->options->app_host,
	    login->options->app_id, sub) < CONTENT_LIMIT - 32;
}

/* Of a clock that nobody sets, and that goes on while the machine sleeps. */
static bool
read_clock(long long *now_s)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
		return false;
	*now_s = now.tv_sec;
	return true;
}

/* The last two lines: the sub, and when it was.  false: malformed, or over. */
static bool
read_last_lines(char *text, long long grace_s, char sub[GENAUTH_SUB_SIZE])
{
	char *time = strrchr(text, '\n'), *line;
	long long then_s, now_s;

	if (time == NULL)
		return false;
	*time++ = '\0';
	line = strrchr(text, '\n');
	if (line == NULL || !genauth_text_parse_number(time, &then_s) ||
	    !read_clock(&now_s) || then_s > now_s ||
	    now_s - then_s >= grace_s || !genauth_answer_can_hold_sub(line + 1))
		return false;
	snprintf(sub, GENAUTH_SUB_SIZE, "%s", line + 1);
	return true;
}

void
genauth_grace_find(const struct genauth_login *login,
    char sub[GENAUTH_SUB_SIZE])
{
	struct genauth_secret content = { 0 };
	char path[GENAUTH_STATE_PATH], wanted[CONTENT_LIMIT];
	char text[CONTENT_LIMIT], found[GENAUTH_SUB_SIZE];
	struct genauth_failure failure;

	sub[0] = '\0';
	if (!make_path(login, path) || !genauth_file_read_itself(path,
	    CONTENT_LIMIT - 1, &content, NULL, &failure))
		return;
	snprintf(text, sizeof(text), "%s", content.data);
	if (read_last_lines(text, login->options->second_factor_grace * 60,
	    found) && describe(login, found, wanted) &&
	    strncmp(content.data, wanted, strlen(wanted)) == 0)
		snprintf(sub, GENAUTH_SUB_SIZE, "%s", found);
	genauth_secret_free(&content);
}

static void
remember(const struct genauth_login *login, const char *path, const char *sub)
{
	char text[CONTENT_LIMIT];
	struct genauth_secret content = { .data = text };
	long long now_s;
	size_t length;

	if (!describe(login, sub, text) || !read_clock(&now_s))
		return;
	length = strlen(text);
	length += (size_t)snprintf(text + length, sizeof(text) - length,
	    "%lld", now_s);
	content.length = length;
	genauth_state_store(path, &content, 0600);
}

void
genauth_grace_update(const struct genauth_login *login, bool replied,
    const struct genauth_answer *answer)
{
	char path[GENAUTH_STATE_PATH];

	if (!make_path(login, path))
		return;
	if (answer->verdict == GENAUTH_DENIED)
		unlink(path);
	else if (replied && answer->verdict == GENAUTH_OK &&
	    answer->sub[0] != '\0' && answer->factor == GENAUTH_FACTOR_OTP && answer->status_code == 200)
		remember(login, path, answer->sub);
}
