/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.h owns the places of the installation, so that everything else is
 * compiled once: the tests link other values.
 */
#ifndef GENAUTH_PATHS_H
#define GENAUTH_PATHS_H

struct genauth_paths {
	const char *options_file;	/* genauth.conf */
	const char *signin;		/* the helper */
	const char *listen;		/* who keeps some of it ready */
	const char *caller;		/* who serves others than root */
	const char *socket;		/* which these wait at */
	const char *cache;		/* public keys */
	const char *locale;

	/* What only genauthctl asks for. */
	const char *modules;		/* where pam_genauth.so is */
	const char *system_modules;	/* where libpam's own are */
	const char *pam_d, *vendor_pam_d;	/* stacks */
	const char *examples;
	const char *trials;		/* the state of "try" */
	const char *systemctl;		/* a program to be found */
};

extern const struct genauth_paths genauth_paths;

#endif
