/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lost.h owns the question what a service would lose with another stack: the
 * modules of its old one that the new one does not have.
 */
#ifndef GENAUTH_LOST_H
#define GENAUTH_LOST_H

/*
 * Prints each such line of directory/service on standard error, compared with
 * the stack in the file "path"; returns how many there are.  What other lines
 * of the new stack do as well, and what does not matter, does not count.
 */
unsigned genauth_lost(const char *directory, const char *service,
    const char *path);

#endif
