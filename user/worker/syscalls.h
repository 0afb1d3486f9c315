/* SPDX-License-Identifier: GPL-2.0 */
/* What a worker may ask of the kernel: a list of what is allowed, through libseccomp. */
#ifndef SPAMWEIR_WORKER_SYSCALLS_H
#define SPAMWEIR_WORKER_SYSCALLS_H

#include <stdbool.h>

/* From now on memory, time, threads, what is open already, and the end; with `network`
 * also TCP and UDP to others, and files to read. What is refused says so to its
 * caller, but for what only an intruder asks for: that kills the process. Cannot
 * be taken back. -errno. */
int sw_syscalls_limit(bool network);

#endif
