/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_codes.h owns PAM's codes: what a verdict means to PAM (verdicts.def),
 * and their names, for the tool that reads stacks and explains codes.
 */
#ifndef GENAUTH_PAM_CODES_H
#define GENAUTH_PAM_CODES_H

#include <security/pam_modules.h>

#include "common/verdict.h"

/* How many codes there are: 0 to one less. */
#define GENAUTH_PAM_CODES 32

/*
 * What pam_sm_authenticate returns for a verdict; PAM_SYSTEM_ERR for a value
 * that is none.
 */
int genauth_pam_codes_of(enum genauth_verdict verdict);

/* "PAM_AUTH_ERR"; NULL: no such code. */
const char *genauth_pam_codes_name(int code);

/* The code called "PAM_AUTH_ERR" or, as in pam.d(5), "auth_err"; -1: none. */
int genauth_pam_codes_parse(const char *name);

#endif
