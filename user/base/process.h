/* SPDX-License-Identifier: GPL-2.0 */
/* Which process it is, for those who look later: another may have its number by then. */
#ifndef SPAMWEIR_BASE_PROCESS_H
#define SPAMWEIR_BASE_PROCESS_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

/* Its number and when it began: no other process of this boot has the same. 0: there is none
 * of that number, or it cannot be seen from here. */
__u64 sw_process_mark(pid_t pid);

/* The number of the process that has this mark; 0: it has ended, or cannot be seen from here. */
pid_t sw_process_marked(__u64 mark);

/* Whether it stands still until it gets a SIGCONT, or a debugger lets it go. */
bool sw_process_stopped(pid_t pid);

#endif
