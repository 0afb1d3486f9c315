/* SPDX-License-Identifier: GPL-2.0 */
/* Two pieces of work that have nothing to do with each other, at once. */
#ifndef SPAMWEIR_BASE_BOTH_H
#define SPAMWEIR_BASE_BOTH_H

/* Does both, the second in a thread of its own, or if there can be none after the first.
 * Neither may need a deep stack. */
void sw_do_both(void (*work)(void *ctx), void *first, void *second);

/* How many CPUs this process may run on. */
unsigned sw_own_cpus(void);

#endif
