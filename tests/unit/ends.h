/* SPDX-License-Identifier: BSD-2-Clause */
/* The two ends of a pair of sockets, for tests that have one each. */
#ifndef GENAUTH_UNIT_ENDS_H
#define GENAUTH_UNIT_ENDS_H

#include "unit.h"

static int ends[2];

/* A teardown of cmocka's. */
static inline int
close_ends(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

#endif
