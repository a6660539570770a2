/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libpam.h owns how the installed libpam reads files: 1.6 has begun to read
 * some of them in another way than all before, and no version is to be had
 * from the library.
 */
#ifndef GENAUTH_LIBPAM_H
#define GENAUTH_LIBPAM_H

enum genauth_libpam {
	GENAUTH_LIBPAM_UNKNOWN,
	GENAUTH_LIBPAM_OLD,	/* up to 1.5 */
	GENAUTH_LIBPAM_NEW,	/* 1.6 and later */
};

/* Found out once, by giving libpam a file to read. */
enum genauth_libpam genauth_libpam_get(void);

#endif
