/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/cache.h"

#include <sys/stat.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "common/paths.h"
#include "login/state.h"

/* false: the options ask for no key, or the name is too long. */
static bool
make_path(const struct genauth_options *options,
    char path[GENAUTH_STATE_PATH])
{
	const char *type = genauth_options_word(options,
	    GENAUTH_OPTION_password_encrypt_type);
	/* Checked by options.c: https:// and no '/' behind it. */
	const char *host = options->app_host + strlen("https://");

	return options->password_encrypt_type != GENAUTH_ENCRYPT_NONE &&
	    snprintf(path, GENAUTH_STATE_PATH, "%s/%s-%s", genauth_paths.cache,
	    type, host) < GENAUTH_STATE_PATH;
}

void
genauth_cache_load(const struct genauth_options *options,
    struct genauth_secret *key)
{
	struct genauth_failure failure;
	time_t now = time(NULL);
	char path[GENAUTH_STATE_PATH];
	struct stat status;

	*key = (struct genauth_secret){ 0 };
	if (!make_path(options, path) || !genauth_file_read_itself(path,
	    GENAUTH_PUBLIC_KEY_LIMIT, key, &status, &failure))
		return;
	if (key->length == 0 || strlen(key->data) != key->length ||
	    status.st_mtime > now ||
	    now - status.st_mtime >= GENAUTH_CACHE_LIFETIME)
		genauth_secret_free(key);
}

void
genauth_cache_update(const struct genauth_options *options,
    const struct genauth_keep *keep)
{
	char path[GENAUTH_STATE_PATH];

	if (!keep->is_there || !make_path(options, path))
		return;
	if (keep->password_key.length > 0)
		genauth_state_store(path, &keep->password_key, 0644);
	else
		unlink(path);
}
