// SPDX-License-Identifier: GPL-2.0
#include "scenario.h"

#include <linux/bpf.h>

#define ALONE                                                                                      \
	(BENCH_HAS(BENCH_PASS) | BENCH_HAS(BENCH_LIMIT) | BENCH_HAS(BENCH_SPAMWEIR) |              \
	 BENCH_HAS(BENCH_BASE))
#define PEERS (BENCH_HAS(BENCH_PARSE) | BENCH_HAS(BENCH_LPM) | BENCH_HAS(BENCH_FILTER))

#define M 1000000
#define K 1000

const char *const bench_subject_name[BENCH_SUBJECTS] = {
	[BENCH_PARSE] = "parse only",  [BENCH_PASS] = "XDP_PASS", [BENCH_LIMIT] = "limit",
	[BENCH_SPAMWEIR] = "spamweir", [BENCH_BASE] = "base",	  [BENCH_LPM] = "LPM tries",
	[BENCH_FILTER] = "xdp-filter",
};

const struct bench_scenario bench_scenarios[] = {
	{ "clean hot", 0, BENCH_HOT, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean hot", M, BENCH_HOT, .main = true, .verdict = XDP_PASS, .subjects = ALONE | PEERS },
	{ "clean zipf", M, BENCH_ZIPF, .main = true, .verdict = XDP_PASS,
	  .subjects = ALONE | PEERS },
	{ "clean cold", 0, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean cold", 100 * K, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALONE | PEERS },
	{ "clean cold", M, BENCH_COLD, .main = true, .verdict = XDP_PASS, .subjects = ALONE | PEERS,
	  .twice = true },
	{ "clean touched", M, BENCH_TOUCHED, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean cold in QinQ and PPPoE", M, BENCH_COLD, .wrapped = true, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "C&C drop cold", 100 * K, BENCH_CNC, .verdict = XDP_DROP, .subjects = ALONE | PEERS },
	{ "C&C drop cold", M, BENCH_CNC, .main = true, .verdict = XDP_DROP,
	  .subjects = ALONE | PEERS, .twice = true },
	{ "zombie drop cold", M, BENCH_ZOMBIE, BENCH_SMTP_SYN, .main = true, .verdict = XDP_DROP,
	  .subjects = ALONE },
	{ "SMTP data cold", M, BENCH_COLD, BENCH_SMTP_DATA, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "SMTP SYN hot over limit", M, BENCH_HOT, BENCH_SMTP_SYN, .burst = 1, .subjects = ALONE },
	{ "SMTP SYN cold", M, BENCH_COLD, BENCH_SMTP_SYN, .main = true, .burst = 1000,
	  .verdict = XDP_PASS, .subjects = ALONE, .twice = true },
	{ "IPv6 clean hot", M, BENCH_HOT, .ipv6 = true, .main = true, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "IPv6 clean cold", M, BENCH_COLD, .ipv6 = true, .main = true, .verdict = XDP_PASS,
	  .subjects = ALONE | BENCH_HAS(BENCH_LPM) },
	{ "IPv6 C&C drop cold", M, BENCH_CNC, .ipv6 = true, .main = true, .verdict = XDP_DROP,
	  .subjects = ALONE | BENCH_HAS(BENCH_LPM) },
	{ "IPv6 zombie drop cold", M, BENCH_ZOMBIE, BENCH_SMTP_SYN, .ipv6 = true, .main = true,
	  .verdict = XDP_DROP, .subjects = ALONE },
	{ "IPv6 SMTP SYN cold", M, BENCH_COLD, BENCH_SMTP_SYN, .ipv6 = true, .burst = 1000,
	  .main = true, .verdict = XDP_PASS, .subjects = ALONE },
};

const size_t bench_scenario_count = sizeof(bench_scenarios) / sizeof(*bench_scenarios);
