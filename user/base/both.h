/* SPDX-License-Identifier: GPL-2.0 */
/* Two pieces of work that have nothing to do with each other, at once. */
#ifndef SPAMWEIR_BASE_BOTH_H
#define SPAMWEIR_BASE_BOTH_H

#include <pthread.h>
#include <stdbool.h>

/* Does both, the second in a thread of its own, or if there can be none after the first.
 * Neither may need a deep stack. */
void sw_do_both(void (*work)(void *ctx), void *first, void *second);

/* Work that goes on beside this thread until its end is waited for. */
struct sw_beside {
	void (*work)(void *ctx);
	void *ctx;
	pthread_t thread;
	bool begun;
};

/* Begins what `beside` says. False: there is no other CPU, or no thread, and nothing is done. */
bool sw_beside_begin(struct sw_beside *beside);

/* Waits for it, if it was begun. May be called again. */
void sw_beside_end(struct sw_beside *beside);

/* How many CPUs this process may run on. */
unsigned sw_own_cpus(void);

#endif
