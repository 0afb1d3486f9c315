// SPDX-License-Identifier: GPL-2.0
/*
 * The product's program, but for what it notes: neither the ledger nor the conduct
 * table is there, and with `again_window` 0 no memory of SYNs. What they cost is what
 * the product costs more than this. It is only ever measured.
 */
#if __has_include("conduct_place.h")
#pragma clang diagnostic ignored "-Wunused-variable" /* that were to be noted */

#include "conduct_place.h"
#include "ledger.h"

#define sw_preload_conduct(...) ((void)0)
#define sw_ledger_preload(...) ((void)0)
#define sw_ledger_drop4(...) ((void)0)
#define sw_ledger_drop6(...) ((void)0)
#define sw_ledger_packet(...) ((void)0)

#include "conduct.h"

#define sw_conduct_syn4(...) ((void)0)
#define sw_conduct_syn6(...) ((void)0)
#define sw_conduct_plain4(...) ((void)0)
#define sw_conduct_plain6(...) ((void)0)
#define sw_conduct_packet(...) ((void)0)

#include "spamweir.bpf.c"
#else /* a revision that notes nothing */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int spamweir_access(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
#endif
