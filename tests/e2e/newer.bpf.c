// SPDX-License-Identifier: GPL-2.0
/* What libxdp takes for the dispatcher of a libxdp that is newer than any. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__uint(dispatcher_version, 99) SEC("xdp_metadata");

const volatile __u8 conf[124] = { 236, 99 }; /* of which it asks for one map */

SEC("xdp")
int xdp_dispatcher(struct xdp_md *ctx)
{
	return ctx ? conf[2] + XDP_PASS : 0;
}

char _license[] SEC("license") = "GPL";
