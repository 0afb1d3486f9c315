/* SPDX-License-Identifier: GPL-2.0 */
/* From a config to the scalar part of a generation. */
#ifndef SPAMWEIR_POLICY_SETTINGS_H
#define SPAMWEIR_POLICY_SETTINGS_H

#include "config/schema.h"
#include "policy/rules.h"

/* What the limiter's clock ticks in. */
struct sw_tick {
	__u64 per_second_num; /* ticks a second, as a fraction */
	__u64 per_second_den;
	__u64 slack; /* how far the clock may go backwards, in ticks */
	__u64 slow;  /* ticks in a unit of the slow clock */
};

/* The live datapath's: SW_TICKS_PER_JIFFY a jiffy. */
struct sw_tick sw_tick_live(void);

double sw_ticks_per_second(void); /* of the live clock */

/* Replay's: one a microsecond, and captures are not always in order. */
struct sw_tick sw_tick_offline(void);

/* Ticks of a duration, to the nearest. */
__u64 sw_ticks(const struct sw_tick *tick, __u64 ns);

void sw_settings_fill(const struct sw_config *config, const struct sw_rules *rules,
		      const __u8 *slot, const struct sw_tick *tick, __u64 generation,
		      struct sw_settings *out);

#endif
