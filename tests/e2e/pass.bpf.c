// SPDX-License-Identifier: GPL-2.0
/* Somebody else's XDP program. */
__attribute__((section("xdp"), used)) int pass(void *ctx)
{
	(void)ctx;
	return 2; /* XDP_PASS */
}

__attribute__((section("license"), used)) char _license[] = "GPL";
