// SPDX-License-Identifier: GPL-2.0
#include "scenario.h"

#include <linux/bpf.h>

#define ALONE                                                                                      \
	(BENCH_HAS(BENCH_PASS) | BENCH_HAS(BENCH_LIMIT) | BENCH_HAS(BENCH_SPAMWEIR) |              \
	 BENCH_HAS(BENCH_BASE))
#define BESIDE_PLAIN                                                                               \
	(BENCH_HAS(BENCH_PASS) | BENCH_HAS(BENCH_SPAMWEIR) | BENCH_HAS(BENCH_PLAIN_NIC))
#define NOTED (BENCH_HAS(BENCH_NOTES_NOTHING) | BENCH_HAS(BENCH_LIMIT_NOTED))
#define PEERS (BENCH_HAS(BENCH_PARSE) | BENCH_HAS(BENCH_LPM) | BENCH_HAS(BENCH_FILTER))

#define BRAKED (BENCH_HAS(BENCH_PASS) | BENCH_HAS(BENCH_SPAMWEIR))

/* Sources have a bucket that is never empty: who is over the limit is not looked at. */
#define SUSPECTS                                                                                   \
	.suspects = true, .main = true, .burst = M, .verdict = XDP_PASS,                           \
	.subjects = BENCH_HAS(BENCH_PASS) | BENCH_HAS(BENCH_SPAMWEIR) |                            \
		    BENCH_HAS(BENCH_UNSUSPECTING)

#define ON(of)                                                                                     \
	.own_variant = true, .variant = BENCH_##of, .verdict = XDP_PASS, .subjects = BESIDE_PLAIN

#define M 1000000
#define K 1000

const char *const bench_subject_name[BENCH_SUBJECTS] = {
	[BENCH_PARSE] = "parse only",
	[BENCH_PASS] = "XDP_PASS",
	[BENCH_LIMIT] = "limit",
	[BENCH_LIMIT_NOTED] = "limit with notes",
	[BENCH_LIMIT_READ] = "limit with a read",
	[BENCH_SPAMWEIR] = "spamweir",
	[BENCH_UNSUSPECTING] = "suspects off",
	[BENCH_PLAIN_NIC] = "plain NIC",
	[BENCH_NOTES_NOTHING] = "unnoted",
	[BENCH_BASE] = "base",
	[BENCH_LPM] = "LPM tries",
	[BENCH_FILTER] = "xdp-filter",
};

const struct bench_scenario bench_scenarios[] = {
	{ "clean hot", 0, BENCH_HOT, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean hot", M, BENCH_HOT, .main = true, .verdict = XDP_PASS, .subjects = ALONE | PEERS },
	{ "SYN-ACK clean hot", M, BENCH_HOT, BENCH_SYN_ACK, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "clean zipf", M, BENCH_ZIPF, .main = true, .verdict = XDP_PASS,
	  .subjects = ALONE | PEERS },
	{ "clean cold", 0, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean cold", 100 * K, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALONE | PEERS },
	{ "clean cold", M, BENCH_COLD, .main = true, .verdict = XDP_PASS, .subjects = ALONE | PEERS,
	  .twice = true },
	{ "clean touched", M, BENCH_TOUCHED, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean cold in QinQ and PPPoE", M, BENCH_COLD, .wrap = BENCH_PPPOE, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "clean hot in a VLAN of a trunk", M, BENCH_HOT, .wrap = BENCH_VLAN, ON(TRUNK) },
	{ "clean cold in a VLAN of a trunk", M, BENCH_COLD, .wrap = BENCH_VLAN, ON(TRUNK) },
	{ "clean cold in QinQ and PPPoE of a trunk", M, BENCH_COLD, .wrap = BENCH_PPPOE,
	  ON(TRUNK) },
	{ "clean hot where tunnels are opened", M, BENCH_HOT, ON(TUNNELS) },
	{ "clean cold where tunnels are opened", M, BENCH_COLD, ON(TUNNELS) },
	{ "UDP clean hot where tunnels are opened", M, BENCH_HOT, BENCH_UDP, ON(TUNNELS) },
	{ "UDP clean cold where tunnels are opened", M, BENCH_COLD, BENCH_UDP, ON(TUNNELS) },
	{ "clean hot in 4in6", M, BENCH_HOT, .wrap = BENCH_4IN6, .unwrapped = true, ON(TUNNELS) },
	{ "clean cold in 4in6", M, BENCH_COLD, .wrap = BENCH_4IN6, .unwrapped = true, ON(TUNNELS) },
	{ "SMTP data cold to who takes no bounces", M, BENCH_GATEWAY, BENCH_SMTP_DATA,
	  .brakes = true, .verdict = XDP_PASS, .subjects = BRAKED },
	{ "bounce cold to who takes none", M, BENCH_GATEWAY, BENCH_BOUNCE, .brakes = true,
	  .verdict = XDP_PASS, .subjects = BRAKED },
	{ "C&C drop cold", 100 * K, BENCH_CNC, .verdict = XDP_DROP, .subjects = ALONE | PEERS },
	{ "C&C drop cold", M, BENCH_CNC, .main = true, .verdict = XDP_DROP,
	  .subjects = ALONE | PEERS | NOTED | BENCH_HAS(BENCH_LIMIT_READ), .twice = true },
	{ "zombie drop cold", M, BENCH_ZOMBIE, BENCH_SMTP_SYN, .main = true, .verdict = XDP_DROP,
	  .subjects = ALONE | NOTED },
	{ "SMTP data cold", M, BENCH_COLD, BENCH_SMTP_DATA, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "SMTP SYN hot over limit", M, BENCH_HOT, BENCH_SMTP_SYN, .burst = 1, .subjects = ALONE },
	{ "SMTP SYN cold", M, BENCH_COLD, BENCH_SMTP_SYN, .main = true, .burst = 1000,
	  .verdict = XDP_PASS, .subjects = ALONE | NOTED, .twice = true },
	{ "SMTP SYN hot, suspects looked for", M, BENCH_HOT, BENCH_SMTP_SYN, SUSPECTS },
	{ "SMTP SYN zipf, suspects looked for", M, BENCH_ZIPF, BENCH_SMTP_SYN, SUSPECTS },
	{ "SMTP SYN cold, suspects looked for", M, BENCH_COLD, BENCH_SMTP_SYN, SUSPECTS },
	{ "IPv6 clean hot", M, BENCH_HOT, .ipv6 = true, .main = true, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "IPv6 clean cold", M, BENCH_COLD, .ipv6 = true, .main = true, .verdict = XDP_PASS,
	  .subjects = ALONE | BENCH_HAS(BENCH_LPM) },
	{ "IPv6 C&C drop cold", M, BENCH_CNC, .ipv6 = true, .main = true, .verdict = XDP_DROP,
	  .subjects = ALONE | NOTED | BENCH_HAS(BENCH_LPM) },
	{ "IPv6 zombie drop cold", M, BENCH_ZOMBIE, BENCH_SMTP_SYN, .ipv6 = true, .main = true,
	  .verdict = XDP_DROP, .subjects = ALONE | NOTED },
	{ "IPv6 SMTP SYN cold", M, BENCH_COLD, BENCH_SMTP_SYN, .ipv6 = true, .burst = 1000,
	  .main = true, .verdict = XDP_PASS, .subjects = ALONE | NOTED },
};

const size_t bench_scenario_count = sizeof(bench_scenarios) / sizeof(*bench_scenarios);
