/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_checks.h owns what options.def asks of single values beyond their
 * kind.  Each function says what is wrong, or NULL.
 */
#ifndef GENAUTH_OPTION_CHECKS_H
#define GENAUTH_OPTION_CHECKS_H

const char *genauth_option_check_any(const char *value);
const char *genauth_option_check_app_host(const char *value);
const char *genauth_option_check_token(const char *value);
const char *genauth_option_check_account_format(const char *value);
const char *genauth_option_check_scope(const char *value);
const char *genauth_option_check_export_tokens(const char *value);
const char *genauth_option_check_mfa_policy_order(const char *value);
const char *genauth_option_check_code(const char *value);
const char *genauth_option_check_codes(const char *value);
const char *genauth_option_check_pin(const char *value);
const char *genauth_option_check_proxy(const char *value);
const char *genauth_option_check_user(const char *value);
const char *genauth_option_check_names(const char *value);
const char *genauth_option_check_hosts(const char *value);
const char *genauth_option_check_callers(const char *value);

#endif
