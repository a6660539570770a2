/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conversation.h owns the talk with the person: prompts and messages.
 */
#ifndef GENAUTH_CONVERSATION_H
#define GENAUTH_CONVERSATION_H

#include "common/prompt.h"
#include "module/context.h"

/*
 * The password that the stack holds already, PAM_AUTHTOK or PAM_OLDAUTHTOK; or
 * NULL.  Owned by libpam.
 */
const char *genauth_conversation_stacked(const struct genauth_context *context,
    int item);

/*
 * Prompts for the password and leaves it in the stack (PAM_AUTHTOK) for the
 * modules behind; returns it, owned by libpam.  NULL: the conversation failed
 * or was broken off; failure says why.
 */
const char *genauth_conversation_prompt(const struct genauth_context *context,
    struct genauth_failure *failure);

/* The same for the password that is to be changed (PAM_OLDAUTHTOK). */
const char *genauth_conversation_old(const struct genauth_context *context,
    struct genauth_failure *failure);

/*
 * The same for what it is to become (PAM_AUTHTOK), which is asked for twice;
 * two that differ are none.
 */
const char *genauth_conversation_new(const struct genauth_context *context,
    struct genauth_failure *failure);

/*
 * Asks what genauth-signin wants to know, so that what is typed can be seen: it
 * is of no use a minute later, and a host that answers each hidden prompt with
 * the password fails.  reply is the caller's to free.  false: failure says why
 * there is none.
 */
bool genauth_conversation_ask(const struct genauth_context *context,
    const struct genauth_ask *ask, struct genauth_secret *reply,
    struct genauth_failure *failure);

/*
 * Shows a message in the language that the host has set with setlocale;
 * English where it has not, or where there is no translation.  NULL shows
 * nothing, and so does PAM_SILENT.
 */
void genauth_conversation_show(const struct genauth_context *context,
    const char *message);

/*
 * The same, and behind it a colon and what GenAuth says, cleaned
 * (common/remark.h); without these where the host's locale cannot show it.
 */
void genauth_conversation_quote(const struct genauth_context *context,
    const char *message, const char *remark);

/* That alone, as what GenAuth says; nothing where it cannot be shown. */
void genauth_conversation_pass_on(const struct genauth_context *context,
    const char *remark);

#endif
