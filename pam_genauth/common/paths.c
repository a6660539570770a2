/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/paths.h"

/* By the build: see Makefile.am. */
const struct genauth_paths genauth_paths = {
	.options_file = GENAUTH_OPTIONS_FILE,
	.signin = GENAUTH_SIGNIN,
	.listen = GENAUTH_LISTEN,
	.caller = GENAUTH_CALLER,
	.socket = GENAUTH_SOCKET,
	.cache = GENAUTH_CACHE,
	.locale = GENAUTH_LOCALE,
	.modules = GENAUTH_MODULES,
	.system_modules = GENAUTH_SYSTEM_MODULES,
	.pam_d = GENAUTH_PAM_D,
	.vendor_pam_d = GENAUTH_VENDOR_PAM_D,
	.examples = GENAUTH_EXAMPLES,
	.trials = GENAUTH_TRIALS,
	.systemctl = GENAUTH_SYSTEMCTL,
};
