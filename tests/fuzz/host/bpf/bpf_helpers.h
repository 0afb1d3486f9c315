/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for libbpf's header where a fuzz target compiles the datapath on
 * the host: maps are plain declarations, and the target is the kernel, that is
 * it defines the helpers it has use for.
 */
#ifndef SPAMWEIR_FUZZ_BPF_HELPERS_H
#define SPAMWEIR_FUZZ_BPF_HELPERS_H

#include <linux/types.h>
#include <stddef.h>

#define SEC(name)
#define __uint(name, value) int (*name)[value]
#define __array(name, value) typeof(value) *name[]

void *bpf_map_lookup_elem(void *map, const void *key);
__u64 bpf_jiffies64(void);
__u64 bpf_ktime_get_boot_ns(void);

struct xdp_md;
__u64 bpf_xdp_get_buff_len(struct xdp_md *ctx);
void *bpf_ringbuf_reserve(void *ring, __u64 size, __u64 flags);
void bpf_ringbuf_submit(void *data, __u64 flags);

#endif
