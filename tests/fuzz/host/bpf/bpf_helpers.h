/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in front of libbpf's header where a fuzz target compiles the datapath
 * on the host. The target is the kernel then, that is it defines the helpers
 * there is use for; a call of any other would be one to a very low address.
 */
#ifndef SPAMWEIR_FUZZ_BPF_HELPERS_H
#define SPAMWEIR_FUZZ_BPF_HELPERS_H

#include <linux/types.h>
#include_next <bpf/bpf_helpers.h>

#define bpf_map_lookup_elem kernel_map_lookup_elem
#define bpf_map_update_elem kernel_map_update_elem
#define bpf_snprintf kernel_snprintf
#define bpf_get_smp_processor_id kernel_get_smp_processor_id
#define bpf_jiffies64 kernel_jiffies64
#define bpf_ktime_get_boot_ns kernel_ktime_get_boot_ns
#define bpf_xdp_get_buff_len kernel_xdp_get_buff_len
#define bpf_xdp_load_bytes kernel_xdp_load_bytes
#define bpf_xdp_store_bytes kernel_xdp_store_bytes
#define bpf_ringbuf_reserve kernel_ringbuf_reserve
#define bpf_ringbuf_submit kernel_ringbuf_submit
#define bpf_perf_event_output kernel_perf_event_output
#define bpf_get_prandom_u32 kernel_get_prandom_u32

struct xdp_md;

void *kernel_map_lookup_elem(void *map, const void *key);
long kernel_map_update_elem(void *map, const void *key, const void *value, __u64 flags);
long kernel_snprintf(char *out, __u32 room, const char *format, __u64 *data, __u32 size);
__u32 kernel_get_smp_processor_id(void);
__u64 kernel_jiffies64(void);
__u64 kernel_ktime_get_boot_ns(void);
__u64 kernel_xdp_get_buff_len(struct xdp_md *ctx);
long kernel_xdp_load_bytes(struct xdp_md *ctx, __u32 offset, void *buffer, __u32 length);
long kernel_xdp_store_bytes(struct xdp_md *ctx, __u32 offset, void *buffer, __u32 length);
void *kernel_ringbuf_reserve(void *ring, __u64 size, __u64 flags);
void kernel_ringbuf_submit(void *data, __u64 flags);
long kernel_perf_event_output(void *ctx, void *map, __u64 flags, void *data, __u64 size);
__u32 kernel_get_prandom_u32(void);

#endif
