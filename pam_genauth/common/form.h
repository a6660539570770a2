/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form.h owns as what an account is known to GenAuth, by its form: a user
 * name, an e-mail address or a phone number; and which scope tells it, for the
 * option identity (genauth-docs, create-app/oidc-scope; in the vendor's OpenAPI
 * SignInOptionsDto.scope).
 */
#ifndef GENAUTH_FORM_H
#define GENAUTH_FORM_H

#include <stdbool.h>

#include "common/failure.h"
#include "common/options.h"

/* Whether an account is a phone number: digits, perhaps with a '+' before. */
bool genauth_form_is_phone(const char *account);

/*
 * GENAUTH_ACCOUNT_USERNAME, _EMAIL or _PHONE: what account_type says, and
 * where that leaves it open what the account looks like.  What directories
 * call people is a user name.
 */
enum genauth_account_type genauth_form_of(
    const struct genauth_options *options, const char *account);

/* The scope without which GenAuth does not tell it. */
const char *genauth_form_scope(enum genauth_account_type form);

/* Whether that is asked for: by the option scope, or because that is unset. */
bool genauth_form_is_asked_for(const struct genauth_options *options,
    enum genauth_account_type form);

/* Room for what is asked for where the option is unset. */
#define GENAUTH_FORM_SCOPES 64

/*
 * The scopes that a login of the account asks for: the option, or in out what
 * is needed.
 */
const char *genauth_form_scopes(const struct genauth_options *options,
    const char *account, char out[GENAUTH_FORM_SCOPES]);

/*
 * Whether identity = required can be fulfilled for any account with the option
 * scope.  The failure is CONFIG and says what to write there.
 */
bool genauth_form_check_scope(const struct genauth_options *options,
    struct genauth_failure *failure);

#endif
