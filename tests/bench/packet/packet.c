// SPDX-License-Identifier: GPL-2.0
/*
 * packet ROUNDS [quick]: what a packet costs. The product's own programs and
 * others are run by BPF_PROG_TEST_RUN on the same frames, in turns, and timed in
 * CPU time of the thread. A sample a line on stdout:
 * part,case,subject,size,unit,round,value.
 */
#include <bpf/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "stream.skel.h"
#include "traffic.h"

#define REPEATS 1000000
#define CPUS 2

enum subject { PASS, PARSE, SPAMWEIR, LPM, XDP_FILTER };

static const char *const subject_name[] = { "XDP_PASS", "parse only", "spamweir", "LPM tries",
					    "xdp-filter" };

#define HAS(subject) (1U << (subject))
#define ALONE (HAS(PASS) | HAS(SPAMWEIR))
#define ALL (ALONE | HAS(PARSE) | HAS(LPM) | HAS(XDP_FILTER))

struct scenario {
	const char *name;
	size_t prefixes;
	enum bench_addresses addresses;
	enum bench_payload payload;
	bool ipv6;
	bool wrapped;
	__u32 burst;	/* of the limit; 0: any */
	__u32 verdict;	/* of all packets, or XDP_ABORTED: it varies */
	__u32 subjects; /* those measured */
	bool twice;	/* also on two CPUs at once */
};

#define M 1000000
#define K 1000

static const struct scenario scenarios[] = {
	{ "clean hot", 0, BENCH_HOT, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean hot", M, BENCH_HOT, .verdict = XDP_PASS, .subjects = ALL },
	{ "clean zipf", M, BENCH_ZIPF, .verdict = XDP_PASS, .subjects = ALL },
	{ "clean cold", 0, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean cold", 100 * K, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALL },
	{ "clean cold", M, BENCH_COLD, .verdict = XDP_PASS, .subjects = ALL, .twice = true },
	{ "clean touched", M, BENCH_TOUCHED, .verdict = XDP_PASS, .subjects = ALONE },
	{ "clean cold in QinQ and PPPoE", M, BENCH_COLD, .wrapped = true, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "C&C drop cold", 100 * K, BENCH_CNC, .verdict = XDP_DROP, .subjects = ALL },
	{ "C&C drop cold", M, BENCH_CNC, .verdict = XDP_DROP, .subjects = ALL, .twice = true },
	{ "zombie drop cold", M, BENCH_ZOMBIE, BENCH_SMTP_SYN, .verdict = XDP_DROP,
	  .subjects = ALONE },
	{ "SMTP data cold", M, BENCH_COLD, BENCH_SMTP_DATA, .verdict = XDP_PASS,
	  .subjects = ALONE },
	{ "SMTP SYN hot over limit", M, BENCH_HOT, BENCH_SMTP_SYN, .burst = 1,
	  .subjects = ALONE },
	{ "SMTP SYN cold", M, BENCH_COLD, BENCH_SMTP_SYN, .burst = 1000, .verdict = XDP_PASS,
	  .subjects = ALONE, .twice = true },
	{ "IPv6 clean hot", M, BENCH_HOT, .ipv6 = true, .verdict = XDP_PASS, .subjects = ALONE },
	{ "IPv6 clean cold", M, BENCH_COLD, .ipv6 = true, .verdict = XDP_PASS,
	  .subjects = ALONE | HAS(LPM) },
	{ "IPv6 C&C drop cold", M, BENCH_CNC, .ipv6 = true, .verdict = XDP_DROP,
	  .subjects = ALONE | HAS(LPM) },
	{ "IPv6 zombie drop cold", M, BENCH_ZOMBIE, BENCH_SMTP_SYN, .ipv6 = true,
	  .verdict = XDP_DROP, .subjects = ALONE },
	{ "IPv6 SMTP SYN cold", M, BENCH_COLD, BENCH_SMTP_SYN, .ipv6 = true, .burst = 1000,
	  .verdict = XDP_PASS, .subjects = ALONE },
};

#define SCENARIOS (sizeof(scenarios) / sizeof(*scenarios))

/* IPv4 prefixes. Quick runs fill the tries of the lesser list only. */
static struct bench_world worlds[] = { { .prefixes = 0 },
				       { .prefixes = 100 * K },
				       { .prefixes = M } };

struct bench {
	const struct scenario *scenario;
	struct bench_world *world;
	struct bench_frame frame;
	struct stream_bpf *front[CPUS];
};

static struct bench_world *find_world(size_t prefixes)
{
	struct bench_world *world = worlds;

	while (world->prefixes != prefixes)
		world++;
	return world;
}

/* The program of a subject, or -1. */
static int program_of(const struct bench *bench, enum subject subject)
{
	const struct bench_world *world = bench->world;
	const struct peers_bpf *peers = find_world(100 * K)->tries;

	if (!(bench->scenario->subjects & HAS(subject)))
		return -1;
	switch (subject) {
	case PASS:
		return bpf_program__fd(peers->progs.bench_pass);
	case PARSE:
		return bpf_program__fd(peers->progs.bench_parse);
	case SPAMWEIR:
		return sw_datapath_program(world->datapath);
	case LPM:
		return world->tries ? bpf_program__fd(world->tries->progs.bench_lpm) : -1;
	case XDP_FILTER:
		return world->filter;
	}
	return -1;
}

/* Streams are large: one serves all scenarios that want the same addresses. */
static int share_stream(const struct bench *bench, const struct bench *all, struct stream_bpf *front)
{
	const struct scenario *mine = bench->scenario;
	const struct bench *other;

	for (other = all; other < bench; other++) {
		const struct scenario *theirs = other->scenario;

		if (other->world == bench->world && theirs->addresses == mine->addresses &&
		    theirs->ipv6 == mine->ipv6) {
			bpf_map__reuse_fd(front->maps.stream,
					  bpf_map__fd(other->front[0]->maps.stream));
			return 1;
		}
	}
	if (front == bench->front[0])
		return 0;
	bpf_map__reuse_fd(front->maps.stream, bpf_map__fd(bench->front[0]->maps.stream));
	return 1;
}

static void fill_stream(const struct bench *bench)
{
	struct bench_stream *keys;

	keys = mmap(NULL, sizeof(*keys), PROT_READ | PROT_WRITE, MAP_SHARED,
		    bpf_map__fd(bench->front[0]->maps.stream), 0);
	if (keys == MAP_FAILED)
		bench_die("stream");
	bench_stream_fill(bench->world, bench->scenario->ipv6, bench->scenario->addresses, keys);
	munmap(keys, sizeof(*keys));
}

static void prepare_front(struct bench *bench, const struct bench *all, int cpu)
{
	struct stream_bpf *front = stream_bpf__open();
	int shared;

	if (!front)
		bench_die("front");
	bench->front[cpu] = front;
	front->rodata->mask = bench->scenario->addresses == BENCH_HOT ? 0 : BENCH_STREAM - 1;
	front->rodata->offset = bench->frame.offset;
	front->rodata->ipv6 = bench->scenario->ipv6;
	front->bss->position = cpu * BENCH_STREAM / CPUS;
	shared = share_stream(bench, all, front);
	if (stream_bpf__load(front))
		bench_die("front");
	if (!shared)
		fill_stream(bench);
}

static void prepare(struct bench *bench, const struct bench *all)
{
	const struct scenario *scenario = bench->scenario;
	int cpu;

	bench_frame_build(&bench->frame, scenario->ipv6, scenario->wrapped, scenario->payload);
	for (cpu = 0; cpu < (scenario->twice ? CPUS : 1); cpu++)
		prepare_front(bench, all, cpu);
}

struct run {
	const struct bench *bench;
	enum subject subject;
	int cpu;
	double ns;
};

static __u64 thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void check_verdict(const struct run *run, __u32 verdict)
{
	const struct scenario *scenario = run->bench->scenario;

	/* The others do not know of all that is listed, nor of limits. */
	if (verdict == XDP_ABORTED || (run->subject == SPAMWEIR && scenario->verdict &&
				       scenario->verdict != verdict)) {
		fprintf(stderr, "packet: %s: verdict %u\n", scenario->name, verdict);
		exit(1);
	}
}

static void *run_once(void *arg)
{
	struct run *run = arg;
	struct bench_frame frame = run->bench->frame;
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.bytes, .data_size_in = frame.size,
		    .repeat = REPEATS);
	__u64 begun = thread_ns();

	if (bpf_prog_test_run_opts(
		    bpf_program__fd(run->bench->front[run->cpu]->progs.bench_stream), &options))
		bench_die("test run");
	run->ns = (double)(thread_ns() - begun) / REPEATS;
	check_verdict(run, options.retval);
	return NULL;
}

static bool select_program(const struct bench *bench, enum subject subject)
{
	int program = program_of(bench, subject), cpu;
	__u32 zero = 0;

	for (cpu = 0; program >= 0 && cpu < CPUS && bench->front[cpu]; cpu++) {
		if (bpf_map_update_elem(bpf_map__fd(bench->front[cpu]->maps.next), &zero, &program,
					BPF_ANY))
			bench_die("program array");
	}
	return program >= 0;
}

static void print(const struct bench *bench, const char *what, const char *subject, const char *unit,
		  int round, double value)
{
	printf("packet,%s%s,%s,%zu,%s,%d,%.2f\n", bench->scenario->name, what, subject,
	       bench->world->prefixes, unit, round, value);
}

static void measure(const struct bench *bench, int round)
{
	struct run run = { .bench = bench };

	if (bench->scenario->burst)
		bench_world_limit(bench->world, bench->scenario->burst);
	for (run.subject = PASS; run.subject <= XDP_FILTER; run.subject++) {
		if (!select_program(bench, run.subject))
			continue;
		run_once(&run);
		print(bench, "", subject_name[run.subject], "ns", round, run.ns);
	}
}

static pthread_t start_on(int cpu, struct run *run)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	if (pthread_create(&thread, &attr, run_once, run))
		bench_die("thread");
	pthread_attr_destroy(&attr);
	return thread;
}

/* How many times the packets of one CPU two get through in the same CPU time. */
static void measure_twice(const struct bench *bench, int round)
{
	struct run run[CPUS], alone = { .bench = bench, .subject = SPAMWEIR };
	pthread_t thread[CPUS];
	double rate = 0;
	int cpu;

	if (bench->scenario->burst)
		bench_world_limit(bench->world, bench->scenario->burst);
	select_program(bench, SPAMWEIR);
	run_once(&alone);
	for (cpu = 0; cpu < CPUS; cpu++) {
		run[cpu] = (struct run){ bench, SPAMWEIR, cpu, 0 };
		thread[cpu] = start_on(cpu, &run[cpu]);
	}
	for (cpu = 0; cpu < CPUS; cpu++) {
		pthread_join(thread[cpu], NULL);
		rate += alone.ns / run[cpu].ns;
	}
	print(bench, " on two CPUs", "spamweir", "times", round, rate);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, round;
	bool quick = argc > 2 && !strcmp(argv[2], "quick");
	static struct bench benches[SCENARIOS];
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < sizeof(worlds) / sizeof(*worlds); i++)
		bench_world_make(&worlds[i], worlds[i].prefixes,
				 worlds[i].prefixes && (!quick || worlds[i].prefixes == 100 * K));
	for (i = 0; i < SCENARIOS; i++) {
		benches[i].scenario = &scenarios[i];
		benches[i].world = find_world(scenarios[i].prefixes);
		prepare(&benches[i], benches);
	}
	for (round = 1; round <= rounds; round++) {
		for (i = 0; i < SCENARIOS; i++)
			measure(&benches[i], round);
		for (i = 0; i < SCENARIOS; i++) {
			if (scenarios[i].twice && !quick)
				measure_twice(&benches[i], round);
		}
	}
	return 0;
}
