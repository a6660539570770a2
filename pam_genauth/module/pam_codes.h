/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_codes.h owns the names of PAM's codes, for the tool that reads stacks
 * and explains codes; the module itself has no need of names.
 */
#ifndef GENAUTH_PAM_CODES_H
#define GENAUTH_PAM_CODES_H

#include <security/pam_modules.h>

/* How many codes there are: 0 to one less. */
#define GENAUTH_PAM_CODES 32

/* "PAM_AUTH_ERR"; NULL: no such code. */
const char *genauth_pam_codes_name(int code);

/* The code called "PAM_AUTH_ERR" or, as in pam.d(5), "auth_err"; -1: none. */
int genauth_pam_codes_parse(const char *name);

#endif
