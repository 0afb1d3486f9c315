/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How programs find the maps that have one element. C can name a map in an instruction, and
 * the kernel, of an array of one element, where that element is (BPF_PSEUDO_MAP_VALUE in
 * linux/bpf.h, since Linux 5.2): no key, no look-up, nothing that could be missing, and less
 * for the verifier. libbpf writes such instructions for variables alone, whose maps it makes
 * and keeps a copy of in the process. Here they are made of those that name a map, between
 * libbpf's relocation of a program and its loading, which is what libbpf has custom handlers
 * of sections for (libbpf_register_prog_handler).
 */
#ifndef SPAMWEIR_KERNEL_VALUES_H
#define SPAMWEIR_KERNEL_VALUES_H

/* To be called before the BPF object is opened, first while there is but one thread: libbpf's
 * list of handlers has no lock. -errno: the programs cannot be loaded. */
int sw_values_register(void);

#endif
