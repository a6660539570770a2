/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snapshot.h owns the list of what a module must leave as it was in its host:
 * signals, descriptors, children, limits, timers, environment and the rest.
 */
#ifndef HOSTILE_SNAPSHOT_H
#define HOSTILE_SNAPSHOT_H

#include <stddef.h>

/*
 * Writes one line for each thing, "name value", every line behind "when ".
 * Returns the length; text is cut, never overrun.
 */
size_t snapshot_take(const char *when, char *text, size_t size);

#endif
