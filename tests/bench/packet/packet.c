// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs: the product's own programs by BPF_PROG_TEST_RUN with
 * live tables, as multiples of a program that only passes. Thread CPU time,
 * all cases interleaved, medians over the rounds.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "compile.h"
#include "datapath.h"
#include "settings.h"
#include "spamweir.skel.h"
#include "state.h"
#include "keys.h"
#include "stream.skel.h"
#include "table4.h"
#include "table6.h"

#define REPEATS 1000000
#define ROUNDS_MAX 101

static __u64 random_state = 0x9e3779b97f4a7c15ULL;

static __u64 rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A policy of `v4` and `v6` C&C prefixes, in the shape of EVIDENCE's list. */
struct table {
	const char *name;
	struct sw_rules rules;
	struct sw_layout layout;
	struct sw_generation generation;
	struct spamweir_bpf *datapath;
};

static __u8 random_length4(void)
{
	unsigned r = rnd() >> 32;

	r %= 100;
	if (r < 70)
		return 32;
	if (r < 85)
		return 24;
	if (r < 95)
		return 25 + rnd() % 7;
	return 16 + rnd() % 8;
}

static __u8 random_length6(void)
{
	static const __u8 lengths[] = { 32, 40, 44, 48, 48, 48, 56, 64, 64, 64, 128, 128 };

	return lengths[rnd() % sizeof(lengths)];
}

static __u64 random_top6(unsigned n)
{
	return 0x20000000ULL + (n * 2654435761U & 0x0fffffff);
}

static void make_rules(struct table *t, size_t v4, size_t v6)
{
	struct sw_rule_list *list = &t->rules.kind[SW_KIND_CNC];
	struct sw_prefix prefix;
	size_t i;

	t->rules.feeds = 1;
	for (i = 0; i < v4; i++) {
		prefix = (struct sw_prefix){ .address = (__u32)(rnd() >> 32),
					     .family = SW_IPV4,
					     .length = random_length4() };
		sw_prefix_clear_host_bits(&prefix);
		if (sw_rule_list_add(list, &prefix, 0))
			die("rules");
	}
	for (i = 0; i < v6; i++) {
		prefix = (struct sw_prefix){ .family = SW_IPV6, .length = random_length6() };
		prefix.address = (sw_u128)random_top6(rnd() % 20000) << 96 |
				 (sw_u128)(rnd() & 0xffffffff) << 64 | rnd();
		sw_prefix_clear_host_bits(&prefix);
		if (sw_rule_list_add(list, &prefix, 0))
			die("rules");
	}
	if (sw_rules_sort(&t->rules) || sw_compile_measure(&t->rules, &t->layout))
		die("compile");
}

static void make_table(struct table *t, const char *name, size_t v4, size_t v6)
{
	__u8 slot[SW_MAX_FEEDS] = { 1 };
	const struct sw_seed seed = { .mul = { 0x9e3779b1, 0x85ebca6b },
				      .xor = { 0x12345678, 0x9abcdef0 },
				      .key = { 0x9e3779b97f4a7c15, 77, 0xbf58476d1ce4e5b9, 99 } };
	struct sw_datapath_options options = { .seed = &seed, .role = SW_ACCESS };
	struct sw_error error = {};
	struct sw_settings *settings;
	struct sw_tick tick = sw_tick_live();
	__u32 zero = 0;

	t->name = name;
	make_rules(t, v4, v6);
	options.layout = &t->layout;
	if (sw_datapath_load(&options, &t->datapath, &error) ||
	    sw_generation_create(&t->layout, &t->generation, &error)) {
		fprintf(stderr, "%s\n", error.text);
		exit(1);
	}
	settings = &t->generation.policy->settings;
	settings->ports = 1;
	settings->port[0] = 25;
	settings->source_mask_hi = ~0ULL;
	settings->kind[1] = SW_KIND_CNC;
	settings->rate[SW_ACCESS].interval = sw_ticks(&tick, 2000000000ULL);
	settings->rate[SW_ACCESS].tolerance = 9 * settings->rate[SW_ACCESS].interval;
	settings->horizon = 11 * settings->rate[SW_ACCESS].interval;
	if (sw_compile_write(&t->rules, slot, &t->layout, t->generation.policy))
		die("compile");
	if (bpf_map_update_elem(bpf_map__fd(t->datapath->maps.policy), &zero, &t->generation.fd, 0))
		die("publish");
}

enum addresses { HOT, ZIPF, COLD, TOUCHED, LISTED_DST, LISTED_SRC };

static __u8 find4(const struct table *t, __u32 address)
{
	return sw_table4_lookup(t->generation.policy, &t->layout, SW_SET_CNC, address);
}

static __u32 clean4(const struct table *t, int touched)
{
	__u32 address;

	do {
		address = rnd() >> 32;
	} while (find4(t, address) ||
		 (touched && !(sw_table4_touched(&t->generation.policy->v4[SW_SET_CNC], address) & 1)));
	return address;
}

static __u32 listed4(const struct table *t)
{
	const struct sw_rule_list *list = &t->rules.kind[SW_KIND_CNC];
	__u64 rule = list->v4[rnd() % list->v4_count];

	return sw_rule4_address(rule) + (rnd() & ((1ULL << (32 - sw_rule4_length(rule))) - 1));
}

static struct sw_in6 random6(const struct table *t, int listed)
{
	const struct sw_rule_list *list = &t->rules.kind[SW_KIND_CNC];
	struct sw_in6 a;

	if (listed) {
		const struct sw_rule6 *rule = &list->v6[rnd() % list->v6_count];

		return (struct sw_in6){ rule->hi, rule->lo };
	}
	do {
		a.hi = 0x2000000000000000ULL | (rnd() >> 4);
		a.lo = rnd();
	} while (sw_table6_lookup(t->generation.policy, &t->layout, SW_SET_CNC, a));
	return a;
}

static void fill4(const struct table *t, struct bench_stream *s, enum addresses kind)
{
	static __u32 pool[1 << 18];
	size_t i, span = sizeof(pool) / sizeof(pool[0]);

	for (i = 0; i < span && kind == ZIPF; i++)
		pool[i] = clean4(t, 0);
	for (i = 0; i < BENCH_STREAM; i++) {
		struct bench_key4 *k = &s->key4[i];

		k->src = clean4(t, kind == TOUCHED);
		k->dst = clean4(t, kind == TOUCHED);
		if (kind == ZIPF) { /* s = 1: rank by inverse of a logarithm */
			k->src = pool[(size_t)__builtin_exp2((rnd() >> 11) * 0x1p-53 * 18) - 1];
			k->dst = pool[(size_t)__builtin_exp2((rnd() >> 11) * 0x1p-53 * 18) - 1];
		}
		if (kind == LISTED_DST)
			k->dst = listed4(t);
		if (kind == LISTED_SRC)
			k->src = listed4(t);
		k->src = htonl(k->src);
		k->dst = htonl(k->dst);
	}
}

static void put6(__u64 *out, struct sw_in6 a)
{
	out[0] = __builtin_bswap64(a.hi);
	out[1] = __builtin_bswap64(a.lo);
}

static void fill6(const struct table *t, struct bench_stream *s, enum addresses kind)
{
	size_t i;

	for (i = 0; i < BENCH_STREAM; i++) {
		put6(s->key6[i].src, random6(t, kind == LISTED_SRC));
		put6(s->key6[i].dst, random6(t, kind == LISTED_DST));
	}
}

enum frame { TCP80, SMTP_SYN, SMTP_DATA };

static __u32 build(__u8 *f, int ipv6, int qinq_pppoe, enum frame kind, __u32 *offset)
{
	static const __u8 wrap[] = { 0x88, 0xa8, 0, 10, 0x81, 0, 0, 20, 0x88, 0x64,
				     0x11, 0,	 0, 1,	0,    0 };
	__u32 at = 12, ip, port = kind == TCP80 ? 80 : 25;

	memset(f, 0, 256);
	if (qinq_pppoe) {
		memcpy(f + at, wrap, sizeof(wrap));
		at += sizeof(wrap);
		f[at - 1] = ipv6 ? 62 : 42;
		f[at++] = 0;
		f[at++] = ipv6 ? 0x57 : 0x21;
	} else {
		f[at++] = ipv6 ? 0x86 : 8;
		f[at++] = ipv6 ? 0xdd : 0;
	}
	ip = at;
	if (ipv6) {
		f[ip] = 0x60;
		f[ip + 5] = 20;
		f[ip + 6] = 6;
		*offset = ip + 8;
		at = ip + 40;
	} else {
		f[ip] = 0x45;
		f[ip + 3] = 40;
		f[ip + 9] = 6;
		*offset = ip + 12;
		at = ip + 20;
	}
	f[at + 2] = port >> 8;
	f[at + 3] = port;
	f[at + 12] = 0x50;
	f[at + 13] = kind == SMTP_SYN ? 0x02 : 0x10;
	return at + 20;
}

struct bench_case {
	const char *name;
	const struct table *table; /* NULL: bare XDP_PASS */
	enum addresses addresses;
	enum frame frame;
	int ipv6;
	int wrapped;
	struct stream_bpf *front;
	__u8 bytes[256];
	__u32 size;
	double ns[ROUNDS_MAX];
};

static void prepare(struct bench_case *c, const struct table *any)
{
	const struct table *t = c->table ? c->table : any;
	struct bench_stream *keys;
	__u32 offset, zero = 0;
	int program;

	c->size = build(c->bytes, c->ipv6, c->wrapped, c->frame, &offset);
	c->front = stream_bpf__open();
	if (!c->front)
		die("open");
	c->front->rodata->mask = c->addresses == HOT ? 0 : BENCH_STREAM - 1;
	c->front->rodata->offset = offset;
	c->front->rodata->ipv6 = c->ipv6;
	if (stream_bpf__load(c->front))
		die("load");
	keys = mmap(NULL, sizeof(*keys), PROT_READ | PROT_WRITE, MAP_SHARED,
		    bpf_map__fd(c->front->maps.stream), 0);
	if (keys == MAP_FAILED)
		die("mmap");
	if (c->ipv6)
		fill6(t, keys, c->addresses);
	else
		fill4(t, keys, c->addresses);
	munmap(keys, sizeof(*keys));
	program = c->table ? sw_datapath_program(t->datapath) :
			     bpf_program__fd(c->front->progs.bench_pass);
	if (bpf_map_update_elem(bpf_map__fd(c->front->maps.next), &zero, &program, 0))
		die("prog array");
}

static double run(struct bench_case *c)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = c->bytes, .data_size_in = c->size,
		    .repeat = REPEATS);
	struct timespec a, b;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	if (bpf_prog_test_run_opts(bpf_program__fd(c->front->progs.bench_stream), &o))
		die("test run");
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	if (o.retval != (c->table && c->addresses >= LISTED_DST ? XDP_DROP : XDP_PASS) && c->frame != SMTP_SYN)
		fprintf(stderr, "%s: retval %u\n", c->name, o.retval);
	if (o.retval == XDP_ABORTED)
		die("stream");
	return ((b.tv_sec - a.tv_sec) * 1e9 + b.tv_nsec - a.tv_nsec) / REPEATS;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 5, i, r;
	static struct table none, k100, m1;
	static struct bench_case cases[] = {
		{ .name = "bare hot", .addresses = HOT },
		{ .name = "bare cold", .addresses = COLD },
		{ .name = "bare ipv6 cold", .addresses = COLD, .ipv6 = 1 },
		{ .name = "clean hot, empty", .table = &none, .addresses = HOT },
		{ .name = "clean cold, empty", .table = &none, .addresses = COLD },
		{ .name = "clean hot, 1M", .table = &m1, .addresses = HOT },
		{ .name = "clean zipf, 1M", .table = &m1, .addresses = ZIPF },
		{ .name = "clean cold, 1M", .table = &m1, .addresses = COLD },
		{ .name = "clean cold, 100k", .table = &k100, .addresses = COLD },
		{ .name = "clean touched, 1M", .table = &m1, .addresses = TOUCHED },
		{ .name = "drop dst, 1M", .table = &m1, .addresses = LISTED_DST },
		{ .name = "drop src, 1M", .table = &m1, .addresses = LISTED_SRC },
		{ .name = "drop src, 100k", .table = &k100, .addresses = LISTED_SRC },
		{ .name = "clean cold qinq+pppoe", .table = &m1, .addresses = COLD, .wrapped = 1 },
		{ .name = "smtp data cold", .table = &m1, .addresses = COLD, .frame = SMTP_DATA },
		{ .name = "smtp syn hot", .table = &m1, .addresses = HOT, .frame = SMTP_SYN },
		{ .name = "smtp syn cold", .table = &m1, .addresses = COLD, .frame = SMTP_SYN },
		{ .name = "ipv6 clean cold", .table = &m1, .addresses = COLD, .ipv6 = 1 },
		{ .name = "ipv6 drop src", .table = &m1, .addresses = LISTED_SRC, .ipv6 = 1 },
		{ .name = "ipv6 smtp syn cold", .table = &m1, .addresses = COLD, .ipv6 = 1, .frame = SMTP_SYN },
	};
	const int n = sizeof(cases) / sizeof(cases[0]);

	make_table(&none, "empty", 0, 0);
	make_table(&k100, "100k", 100000, 25000);
	make_table(&m1, "1M", 1000000, 250000);
	for (i = 0; i < n; i++)
		prepare(&cases[i], &m1);
	for (r = 0; r < rounds; r++)
		for (i = 0; i < n; i++)
			cases[i].ns[r] = run(&cases[i]);
	for (i = 0; i < n; i++)
		qsort(cases[i].ns, rounds, sizeof(double), by_value);
	for (i = 0; i < n; i++) {
		double base = cases[cases[i].ipv6 ? 2 : cases[i].addresses == HOT ? 0 : 1].ns[rounds / 2];

		printf("%-24s %7.1f ns  x%.2f  (%.1f-%.1f)\n", cases[i].name, cases[i].ns[rounds / 2],
		       cases[i].ns[rounds / 2] / base, cases[i].ns[0], cases[i].ns[rounds - 1]);
	}
	return 0;
}
