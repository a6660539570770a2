/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.h owns "explain --replay": what today's code makes of a recorded
 * login, without a network.
 */
#ifndef GENAUTH_CTL_REPLAY_H
#define GENAUTH_CTL_REPLAY_H

/*
 * Prints what becomes of each sign-in in the file.  Returns the exit status: 0
 * if the last has the verdict that was recorded, 1 if it has another one, 2 if
 * the file cannot be read or has none.
 */
int genauth_replay_file(const char *path);

#endif
