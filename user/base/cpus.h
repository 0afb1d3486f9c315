/* SPDX-License-Identifier: GPL-2.0 */
/* How many CPUs the kernel keeps values of per-CPU maps for. */
#ifndef SPAMWEIR_BASE_CPUS_H
#define SPAMWEIR_BASE_CPUS_H

/* Those that may ever be there. libbpf's own count takes a read that was cut short for
 * all there is. -errno; -EPROTO if the kernel's list cannot be understood. */
int sw_possible_cpus(void);

/* The CPUs in a list as cpuset(7) has it, such as "0-3,8\n"; -EPROTO. */
int sw_count_cpus(const char *list);

#endif
