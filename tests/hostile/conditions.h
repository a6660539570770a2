/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditions.h owns the ways in which a host can be unkind to its modules.
 */
#ifndef HOSTILE_CONDITIONS_H
#define HOSTILE_CONDITIONS_H

/*
 * Brings one about, by its name or NAME=VALUE: the table in conditions.c.
 * Ends the program when there is no such condition, or it cannot be had.
 */
void conditions_apply(const char *condition);

#endif
