// SPDX-License-Identifier: GPL-2.0
#include "policy/settings.h"

#include <string.h>
#include <time.h>

#include "policy/bearers.h"
#include "policy/standings.h"
#include "policy/suspect_limits.h"

#define NS_PER_S 1000000000ULL

/* The resolution of the coarse clock is one jiffy, so this is exact and needs no kernel
 * configuration. */
struct sw_tick sw_tick_live(void)
{
	struct timespec jiffy;

	clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy);
	return (struct sw_tick){
		.per_second_num = NS_PER_S * SW_TICKS_PER_JIFFY,
		.per_second_den = jiffy.tv_sec * NS_PER_S + jiffy.tv_nsec,
		.slack = SW_TICKS_PER_JIFFY,
		.slow = (__u64)SW_SLOW_JIFFIES * SW_TICKS_PER_JIFFY,
	};
}

double sw_ticks_per_second(void)
{
	struct sw_tick tick = sw_tick_live();

	return (double)tick.per_second_num / tick.per_second_den;
}

struct sw_tick sw_tick_offline(void)
{
	return (struct sw_tick){
		.per_second_num = 1000000,
		.per_second_den = 1,
		.slack = 1ULL << 32, /* an hour and more */
		.slow = (1ULL << 28) / 1000,
	};
}

__u64 sw_ticks(const struct sw_tick *tick, __u64 ns)
{
	sw_u128 den = (sw_u128)tick->per_second_den * NS_PER_S;

	return ((sw_u128)ns * tick->per_second_num + den / 2) / den;
}

static struct sw_rate rate(const struct sw_limit_config *limit, const struct sw_tick *tick)
{
	struct sw_rate rate = { .interval = limit->closed ? SW_RATE_CLOSED : 0 };

	if (limit->closed || !limit->interval_ns)
		return rate;
	rate.interval = sw_ticks(tick, limit->interval_ns);
	rate.tolerance = (limit->burst - 1) * rate.interval;
	return rate;
}

static void set_rate(struct sw_settings *out, size_t class, const struct sw_limit_config *limit,
		     const struct sw_tick *tick)
{
	const struct sw_rate *set = &out->rate[class];
	__u64 reach;

	out->rate[class] = rate(limit, tick);
	reach = limit->closed ? 0 : set->tolerance + set->interval + tick->slack;
	if (reach > out->horizon)
		out->horizon = reach;
}

/* The roles in which some feed says something of whom mail is for. */
static __u16 destinations(const struct sw_config *config)
{
	__u16 roles = 0;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].kind == SW_KIND_PROTECT)
			roles |= 1 << SW_UPSTREAM | 1 << SW_ACCESS;
		if (config->feed[i].kind != SW_KIND_ALLOW || !config->feed[i].to)
			continue;
		roles |= 1 << SW_UPSTREAM;
		if (config->feed[i].to != SW_TO_IMPLIED)
			roles |= 1 << SW_ACCESS;
	}
	return roles;
}

/* Contacts that are longer ago were known when somebody was lifted: he stays so. */
#define CONTACT_WINDOWS 2

static __u8 contact_origin(enum sw_suspect_action action)
{
	return action == SW_ACTION_LIST	  ? SW_ORIGIN_DETECTED
	       : action == SW_ACTION_SLOW ? SW_ORIGIN_SLOWED
					  : 0;
}

/* Only a rule that asks for it lists or slows anybody; the others have no limit. `class`: of
 * suspects. */
static struct sw_detection detection(const struct sw_suspects_config *suspects, __u8 source_length,
				     __u8 class, const struct sw_tick *tick)
{
	__u64 within = sw_ticks(tick, suspects->contact_within_s * NS_PER_S) / tick->slow;
	__u64 most = CONTACT_WINDOWS * SW_CONDUCT_WINDOW;
	struct sw_detection out = {
		.limits = sw_suspect_limits(suspects, SW_ACTION_LIST),
		.slow = sw_suspect_limits(suspects, SW_ACTION_SLOW),
		.listed_ns = suspects->listed_s * NS_PER_S,
		/* Rounded up, and one more: the first is under way already. */
		.settle = sw_ticks(tick, NS_PER_S) / tick->slow + 2,
		.length = source_length,
		.class = class,
		.contact = contact_origin(suspects->action[SW_RULE_CONTACT]),
		.contact_within = within < most ? within : most,
	};

	if (sw_suspects_any(suspects, SW_ACTION_SLOW))
		out.max_listed = suspects->max_listed;
	return out;
}

void sw_settings_fill(const struct sw_config *config, const struct sw_rules *rules,
		      const __u8 *slot, const struct sw_tick *tick, __u64 generation,
		      struct sw_settings *out)
{
	sw_u128 mask = ~(sw_u128)0 << (128 - config->ipv6_source_prefix);
	size_t i, classes = SW_ROLES;

	memset(out, 0, sizeof(*out));
	out->generation = generation;
	out->published_s = time(NULL);
	out->monitor = config->monitor;
	out->ports = config->ports;
	for (i = 0; i < SW_MAX_PORTS; i++) /* the datapath looks at the first in any case */
		out->port[i] = config->port[i < config->ports ? i : 0];
	out->source_mask_hi = mask >> 64;
	out->source_mask_lo = mask;
	for (i = 0; i < SW_ROLES; i++)
		set_rate(out, i, &config->limit[i], tick);
	out->destinations = destinations(config);
	sw_bearers_fill(config->nat64, config->nat64s, out);
	for (i = 0; i < config->feeds; i++) {
		out->feed[slot[i]].kind = config->feed[i].kind;
		out->feed[slot[i]].monitor = config->feed[i].monitor;
		if (config->feed[i].limited) {
			set_rate(out, classes, &config->feed[i].limit, tick);
			out->feed[slot[i]].class = classes++;
		}
		if (config->feed[i].brakes) {
			set_rate(out, classes, &config->feed[i].bounces, tick);
			out->feed[slot[i]].bounces = classes++;
		}
		out->entries[slot[i]] = rules->feed[i].prefixes;
	}
	if (sw_suspects_slow(&config->suspects))
		set_rate(out, classes, &config->suspects.limit, tick);
	else
		classes = 0;
	out->detection = detection(&config->suspects, config->ipv6_source_prefix, classes, tick);
	if (config->feeds)
		sw_standings_fill(rules, slot, config->feeds, out);
}
