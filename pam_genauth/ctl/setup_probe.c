/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/setup_probe.h"

#include "common/intl.h"
#include "ctl/check.h"
#include "ctl/say.h"
#include "ctl/settings.h"

static void
print(void *data, const char *text)
{
	(void)data;
	genauth_say_error("%s", text);
}

/* Takes what is new over, and away what is to be no more. */
static bool
take(const struct genauth_setup *setup, enum genauth_setup_key key,
    struct genauth_options *options, struct genauth_failure *failure)
{
	const struct genauth_setup_value *value = &setup->values[key];
	char **gone = NULL;

	if (!value->is_new)
		return true;
	if (value->text[0] != '\0')
		return genauth_options_set(options, genauth_setup_option(key),
		    value->text, GENAUTH_PLACE_FILE, failure);
	if (key == GENAUTH_SETUP_SECRET)
		gone = &options->app_secret;
	else if (key == GENAUTH_SETUP_SECRET_FILE)
		gone = &options->app_secret_file;
	if (gone != NULL) {
		genauth_secret_free_string(*gone);
		*gone = NULL;
	}
	return true;
}

bool
genauth_setup_probe_options(const struct genauth_setup *setup,
    struct genauth_options *options)
{
	struct genauth_failure failure = { .verdict = GENAUTH_CONFIG };
	bool done = genauth_options_init(options);

	if (done && setup->is_there)
		done = genauth_options_read_file(options, setup->conf, "",
		    print, NULL);
	for (int key = 0; done && key < GENAUTH_SETUP_KEYS; key++)
		if (!take(setup, (enum genauth_setup_key)key, options,
		    &failure)) {
			print(NULL, failure.text);
			done = false;
		}
	return done;
}

/*
 * What is not answered yet must not be in the way: the id while it is about the
 * address, and the method while it is about the secret.
 */
static bool
complete(const struct genauth_setup *setup, enum genauth_step until,
    struct genauth_options *options)
{
	struct genauth_failure failure;
	bool done = true;

	if (until == GENAUTH_STEP_TLS) {
		genauth_secret_free_string(options->app_secret);
		genauth_secret_free_string(options->app_secret_file);
		options->app_secret = options->app_secret_file = NULL;
		options->token_endpoint_auth_method = GENAUTH_AUTH_NONE;
		done = options->app_id != NULL || genauth_options_set(options,
		    GENAUTH_OPTION_app_id, "none", GENAUTH_PLACE_FILE,
		    &failure);
	} else if (!setup->values[GENAUTH_SETUP_AUTH_METHOD].is_new) {
		options->token_endpoint_auth_method =
		    GENAUTH_token_endpoint_auth_method_UNSET;
	}
	if (done && genauth_options_finish(options, &failure))
		return true;
	genauth_say_error("%s", failure.text);
	return false;
}

bool
genauth_setup_probe(struct genauth_setup *setup, enum genauth_step from,
    enum genauth_step until)
{
	struct genauth_check check = { .conf = setup->conf, .from = from,
	    .until = until, .usable = true };
	bool done;

	if (!genauth_report_open(&check.report, false)) {
		genauth_say_error(_("out of memory"));
		return false;
	}
	done = genauth_setup_probe_options(setup, &check.options) &&
	    complete(setup, until, &check.options);
	if (done) {
		genauth_check_network(&check);
		genauth_report_progress(&check.report, NULL);
		done = check.report.counts[GENAUTH_RESULT_ERROR] == 0;
		if (!done && until == GENAUTH_STEP_TLS && (check.taken &
		    GENAUTH_BIT(GENAUTH_STEP_TLS)) != 0)
			setup->is_distrusted = true;
		if (done && (check.taken & GENAUTH_BIT(until)) == 0) {
			genauth_say_error(_("genauth-signin cannot be "
			    "started; \"genauthctl check\" says why"));
			done = false;
		}
	}
	genauth_options_free(&check.options);
	return done;
}
