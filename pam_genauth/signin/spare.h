/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spare.h owns how a genauth-signin that was started beforehand comes by the
 * one connection that it serves (common/spare.h).
 */
#ifndef GENAUTH_SIGNIN_SPARE_H
#define GENAUTH_SIGNIN_SPARE_H

#include <stdbool.h>

/*
 * Waits for a connection that genauth-listen lets it serve, which is then
 * descriptor 0, with nothing else open that leads anywhere.  Others are told
 * why not, and closed unheard.  false: it is to end.
 */
bool genauth_spare_wait(void);

#endif
