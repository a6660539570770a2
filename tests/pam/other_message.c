/* SPDX-License-Identifier: BSD-2-Clause */
/* common/message.c as it is in the version before ours, or after: STEP. */
#include "common/message.h"

enum { OURS = GENAUTH_MESSAGE_VERSION };

#undef GENAUTH_MESSAGE_VERSION
#define GENAUTH_MESSAGE_VERSION (OURS STEP)
#include "common/message.c"
