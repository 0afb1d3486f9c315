// SPDX-License-Identifier: GPL-2.0
/*
 * The limit stage with a bucket of eight slots and more sources than that,
 * against the same in time that never comes round. The input: a limit and a
 * clock, then one connection in three octets: who, when, how much.
 */
#include <linux/types.h>

#include "constants.h"
#include "fuzz.h"
#include "limit.h"
#include "policy/settings.h"

#define SOURCES 12
#define STEPS_MAX 300
#define ROUND ((__s128)1 << SW_TICK_BITS) /* of the clock */
#define DAY_NS (86400 * 1000000000ULL)

typedef __int128 __s128;

static struct sw_limiter *state;
static struct sw_busy noted;
static __u64 jiffies;

void *sw_value_of(void *map)
{
	if (map == &busy)
		return &noted;
	must(map == &limiter);
	return state;
}

__u64 bpf_jiffies64(void)
{
	return jiffies;
}

__u64 bpf_ktime_get_boot_ns(void)
{
	abort();
}

/* A slot, with a TAT of any age. */
struct slot {
	bool used;
	__u32 tag;
	__s128 tat;
};

struct clock {
	struct sw_tick tick;
	bool offline;
	__u64 step; /* ticks that it advances at least */
};

struct model {
	struct clock clock;
	struct sw_settings settings;
	struct slot slot[SW_BUCKET_SLOTS];
	__s128 now; /* ticks */
	__u32 bucket;
};

static struct clock take_clock(struct input *input)
{
	static const unsigned hz[] = { 100, 250, 300, 1000 };
	unsigned which = take8(input) % 5;

	if (which == 4)
		return (struct clock){ sw_tick_offline(), true, 1 };
	return (struct clock){
		.tick = {
			.per_second_num = 1000000000ULL * SW_TICKS_PER_JIFFY,
			.per_second_den = 1000000000ULL / hz[which],
			.slack = SW_TICKS_PER_JIFFY,
			.slow = (__u64)SW_SLOW_JIFFIES * SW_TICKS_PER_JIFFY,
		},
		.step = SW_TICKS_PER_JIFFY,
	};
}

/* As the config may have it. */
static struct sw_limit_config take_limit(struct input *input)
{
	static const __u64 unit_s[] = { 1, 60, 3600, 86400 };
	__u64 unit = unit_s[take8(input) % 4];
	struct sw_limit_config limit = {
		.interval_ns = unit * 1000000000ULL / (1 + take(input, 4) % (1000 * unit)),
	};
	__u64 most = DAY_NS / limit.interval_ns;

	limit.burst = 1 + take(input, 3) % (most < 100000 ? most : 100000);
	return limit;
}

/* To the nearest tick. */
static void check_ticks(const struct sw_tick *tick, __u64 ns)
{
	__s128 den = (__s128)tick->per_second_den * 1000000000;
	__s128 error = (__s128)sw_ticks(tick, ns) * den - (__s128)ns * tick->per_second_num;

	must(2 * error <= den && 2 * error >= -den);
}

static void check_settings(const struct model *m, const struct sw_config *config)
{
	int role;

	for (role = 0; role < SW_ROLES; role++) {
		const struct sw_rate *rate = &m->settings.rate[role];

		check_ticks(&m->clock.tick, config->limit[role].interval_ns);
		must(rate->interval);
		must(rate->tolerance == (config->limit[role].burst - 1) * rate->interval);
		must(rate->tolerance + rate->interval + m->clock.tick.slack <= m->settings.horizon);
	}
	must(m->settings.horizon < ROUND / 2);
}

static void take_model(struct model *m, struct input *input)
{
	struct sw_config config = { .ports = 1, .port = { 25 }, .ipv6_source_prefix = 64 };
	const __u8 slot[1] = { 1 };

	m->clock = take_clock(input);
	config.limit[SW_ACCESS] = take_limit(input);
	config.limit[SW_UPSTREAM] = take_limit(input);
	sw_settings_fill(&config, NULL, slot, &m->clock.tick, 1, &m->settings);
	check_settings(m, &config);
	m->now = (__s128)(take(input, 5) << 8) * m->clock.step;
	m->bucket = take(input, 3);
}

/* The window in which a TAT from before the clock came round looks like one to
 * come is known, and the price of 40 bits; it lies a round after the TAT. */
static __s128 ahead(const struct model *m, __s128 tat)
{
	__s128 since = m->now - tat, short_of = since > 0 ? (ROUND - since % ROUND) % ROUND : 0;

	if (since < 0)
		return -since;
	return short_of <= m->settings.horizon ? short_of : 0;
}

static struct slot *choose(struct model *m, __u32 tag, __s128 *debt)
{
	struct slot *best = NULL;
	__s128 least = 0, each;
	int i;

	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		each = m->slot[i].used ? ahead(m, m->slot[i].tat) : 0;
		if (m->slot[i].used && m->slot[i].tag == tag) {
			*debt = each;
			return &m->slot[i];
		}
		if (!best || each < least) {
			best = &m->slot[i];
			least = each;
		}
	}
	*debt = 0;
	return best;
}

static int expected(struct model *m, const struct sw_rate *rate, __u32 tag)
{
	__s128 debt;
	struct slot *slot = choose(m, tag, &debt);

	must(debt <= m->settings.horizon);
	if (debt > rate->tolerance)
		return SW_RATE_LIMIT;
	*slot = (struct slot){ true, tag, m->now + debt + rate->interval };
	return SW_GO_ON;
}

static void check_slots(const struct model *m)
{
	const struct sw_bucket *bucket = &state->bucket[m->bucket & ((1 << SW_BUCKET_BITS) - 1)];
	int i;

	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		const struct slot *slot = &m->slot[i];

		must(bucket->slot[i] ==
		     (slot->used ? sw_slot(slot->tag, slot->tat & SW_TICK_MASK) : 0));
	}
	i = bucket - state->bucket;
	must(!m->slot[0].used || noted.word[i / 64] >> i % 64 & 1); /* the first to be taken */
}

/* How far the clock goes: no time, a token's, about the bucket's, about a round. */
static __s128 take_time(const struct model *m, const struct sw_rate *rate, __u8 when, __u8 much)
{
	__s128 step = m->clock.step, slack = m->clock.tick.slack;

	switch (when % 9) {
	case 0:
		return 0;
	case 1:
		return much * step;
	case 2:
		return rate->interval - much * step;
	case 3:
		return rate->interval + much * step;
	case 4:
		return rate->tolerance - (__s128)much * much * step;
	case 5:
		return ROUND - (m->settings.horizon >> 7) * much;
	case 6:
		return ROUND + much * step;
	case 7:
		return ROUND + rate->interval - m->settings.horizon + (much - 128) * step;
	}
	return -(slack * much / 255); /* another CPU's clock, or a capture out of order */
}

static void advance(struct model *m, __s128 time, __s128 *latest)
{
	__s128 slack = m->clock.tick.slack;

	m->now += time;
	if (m->now < *latest - slack)
		m->now = *latest - slack;
	if (m->now < 0)
		m->now = 0;
	m->now -= m->now % m->clock.step;
	if (m->now < *latest - slack)
		m->now += m->clock.step;
	if (m->now > *latest)
		*latest = m->now;
	jiffies = m->now / SW_TICKS_PER_JIFFY;
	offline_clock_ns = m->now * 1000;
}

static void run(struct model *m, struct input input)
{
	__s128 latest = m->now;
	int step;

	memset(&noted, 0, sizeof(noted));
	for (step = 0; input.size && step < STEPS_MAX; step++) {
		__u8 who = take8(&input), when = take8(&input), much = take8(&input);
		enum sw_role role = who >> 7;
		const struct sw_rate *rate = &m->settings.rate[role];
		struct sw_home home = {
			.bucket = m->bucket,
			.tag = SW_TAG_VALID | (role ? SW_TAG_UPSTREAM : 0) | who % SOURCES,
		};

		advance(m, take_time(m, rate, when, much), &latest);
		must(sw_take_token(sw_home_word(home), rate->interval, rate->tolerance,
				   m->settings.horizon) == expected(m, rate, home.tag));
		check_slots(m);
	}
}

static __u32 take_odd(struct input *input)
{
	return take(input, 4) | 1;
}

/* Distinct IPv4 sources have distinct homes, whatever the seed. */
static void check_homes(struct input input)
{
	struct sw_seed keys = {
		.mul = { take_odd(&input), take_odd(&input) },
		.xor = { take(&input, 4), take(&input, 4) },
		.key = { take_odd(&input), take(&input, 8), take_odd(&input), take(&input, 8) },
	};
	__u32 address = take(&input, 4), change = take(&input, 4);
	struct sw_home a = sw_home4(&keys, address, 0), b = sw_home4(&keys, address ^ change, 0);
	struct sw_home up = sw_home4(&keys, address, 1), six = sw_home6(&keys, address, change, 0);

	must(a.bucket < 1 << SW_BUCKET_BITS && six.bucket < 1 << SW_BUCKET_BITS);
	must((a.bucket == b.bucket && a.tag == b.tag) == !change);
	must(up.bucket == a.bucket && up.tag == (a.tag | SW_TAG_UPSTREAM));
	must((a.tag & ~SW_TAG_HASH) == SW_TAG_VALID);
	must((six.tag & ~SW_TAG_HASH) == (SW_TAG_VALID | SW_TAG_IPV6));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	state = calloc(1, sizeof(*state));
	must(state);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct model m = { .now = 0 };
	__u8 is_offline;

	check_homes(input);
	take_model(&m, &input);
	is_offline = m.clock.offline;
	set_constant(&offline, &is_offline, sizeof(is_offline));
	run(&m, input);
	memset(&state->bucket[m.bucket & ((1 << SW_BUCKET_BITS) - 1)], 0, sizeof(struct sw_bucket));
	return 0;
}
