/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor: the smallest client as a program of its own.
 *
 *     floor HOST PORT APP-ID SECRET USER PASSWORD
 */
#include "client.h"

int
main(int argc, char **argv)
{
	return argc == 7 && client_sign_in(argv[1], argv[2], argv[3], argv[4],
	    argv[5], argv[6]) ? 0 : 1;
}
