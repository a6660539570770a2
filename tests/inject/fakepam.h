/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fakepam.h owns what stands in for libpam where the module is tried many
 * thousand times: the calls that it makes, answered from one struct.
 */
#ifndef GENAUTH_FAKEPAM_H
#define GENAUTH_FAKEPAM_H

#include <security/pam_modules.h>

#include <stddef.h>

#define FAKEPAM_LINES 16

/* Zeroed memory is a transaction; only service has to be set. */
struct pam_handle {
	/* The host and the person. */
	const char *service, *user, *rhost;
	const char *reply;		/* to each prompt; NULL: broken off */
	const char *const *codes;	/* to those in sight, and NULL: so */
	const char *new_reply;		/* to those with "new"; NULL: reply */
	const struct passwd *entry;	/* NSS; NULL: unknown */

	/* What the module left behind; fakepam_end frees it. */
	void *data;
	void (*cleanup)(pam_handle_t *pamh, void *data, int status);
	char *authtok, *oldauthtok;
	char lines[FAKEPAM_LINES][2048];	/* the log */
	size_t line_count;
	char environment[FAKEPAM_LINES][64];	/* beginnings of settings */
	size_t environment_count;
	unsigned prompts, asked, messages, delays;
};

void fakepam_end(pam_handle_t *pamh);

#endif
