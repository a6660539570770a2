/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/clock.h"

#include <limits.h>
#include <time.h>

long long
genauth_clock_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
genauth_clock_left(long long deadline)
{
	long long left = deadline - genauth_clock_ms();

	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
