/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * examples.h owns the folder of examples that comes with the product: stacks,
 * and an options file.
 */
#ifndef GENAUTH_EXAMPLES_H
#define GENAUTH_EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>

/* Room for a path of it. */
#define GENAUTH_EXAMPLES_PATH 4096

/* The stack for a service; false: there is none, but its path is filled in. */
bool genauth_examples_stack(const char *service,
    char path[GENAUTH_EXAMPLES_PATH]);

/* The services that have one: "login, sshd, su". */
void genauth_examples_services(char *list, size_t size);

/* The options file. */
void genauth_examples_options(char path[GENAUTH_EXAMPLES_PATH]);

#endif
