/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h owns the one clock that time limits are counted on.
 */
#ifndef GENAUTH_CLOCK_H
#define GENAUTH_CLOCK_H

/*
 * Milliseconds of CLOCK_MONOTONIC: the same in the module and the helper, so
 * a deadline can be handed from one to the other.
 */
long long genauth_clock_ms(void);

/* Milliseconds until the deadline, 0 when it has passed. */
int genauth_clock_left(long long deadline);

#endif
