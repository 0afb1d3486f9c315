// SPDX-License-Identifier: GPL-2.0
/*
 * packet [-q | -m] [-c CASES] ROUNDS HOST [BASE_HOST]: what a packet costs. The
 * programs of one or two builds of spamweir (see build.h) and those of others are
 * run by BPF_PROG_TEST_RUN on the same frames, in turns, and timed in CPU time of
 * the thread. -q: peers with short lists only, one CPU. -m: no peers, and only the
 * cases that builds are compared by. -c: only cases whose name this extended
 * regular expression matches. A sample a line on stdout:
 * part,case,subject,size,unit,round,value.
 */
#include <linux/bpf.h>
#include <pthread.h>
#include <regex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "front.h"
#include "peers.h"

/* The subjects take turns, each through one part of the stream. What disturbs the
 * machine lasts longer than a turn and so meets all of them, or is shorter and
 * meets few: ratios are taken turn by turn, and of all the median counts. */
#define TURNS 16
#define REPEATS (BENCH_STREAM / TURNS)
#define MOST_SCENARIOS 64
#define SHORT 100000

static const size_t sizes[BENCH_SIZES] = { 0, SHORT, 1000000 };

static struct {
	bool quick, main_only;
	const regex_t *cases; /* or all */
	int rounds, builds;
	struct bench_build build[2];
} options;

struct world {
	struct bench_lists lists;
	struct bench_peers peers;
};

static struct world worlds[BENCH_SIZES];
static struct bench_peers bare;

static size_t world_of(const struct bench_front *front)
{
	size_t i = 0;

	while (sizes[i] != front->scenario->prefixes)
		i++;
	return i;
}

/* The program of a subject, or -1. */
static int program_of(const struct bench_front *front, enum bench_subject subject)
{
	size_t index = world_of(front);
	const struct bench_peers *peers = &worlds[index].peers;

	if (!(front->scenario->subjects & BENCH_HAS(subject)))
		return -1;
	switch (subject) {
	case BENCH_PASS:
		return bare.pass;
	case BENCH_PARSE:
		return options.main_only ? -1 : bare.parse;
	case BENCH_LIMIT:
		return peers->limit;
	case BENCH_LIMIT_NOTED:
		return peers->limit_noted;
	case BENCH_LIMIT_READ:
		return peers->limit_read;
	case BENCH_SPAMWEIR:
		if (front->scenario->own_variant)
			return options.build[0].variant[front->scenario->variant];
		return options.build[0].program[index];
	case BENCH_UNSUSPECTING:
	case BENCH_PLAIN_NIC:
		return options.build[0].program[index];
	case BENCH_NOTES_NOTHING:
		return options.build[0].variant[BENCH_UNNOTED];
	case BENCH_BASE:
		return options.builds > 1 ? options.build[1].program[index] : -1;
	case BENCH_LPM:
		return peers->lpm;
	case BENCH_FILTER:
		return peers->filter;
	default:
		return -1;
	}
}

/* The others do not know of all that is listed, nor of limits. */
static void check_verdict(const struct bench_front *front, enum bench_subject subject,
			  __u32 verdict)
{
	__u32 expected = front->scenario->verdict;
	bool knows = subject >= BENCH_LIMIT && subject <= BENCH_BASE;

	if (verdict != XDP_ABORTED && (!knows || !expected || verdict == expected))
		return;
	fprintf(stderr, "packet: %s: %s: verdict %u\n", front->scenario->name,
		bench_subject_name[subject], verdict);
	exit(1);
}

static double run(const struct bench_front *front, enum bench_subject subject, int cpu,
		  unsigned repeats)
{
	__u32 verdict;
	int program = program_of(front, subject);
	double ns;

	if (front->scenario->suspects && program_of(front, BENCH_UNSUSPECTING) >= 0)
		bench_build_suspects(&options.build[0], world_of(front),
				     subject != BENCH_UNSUSPECTING);
	ns = subject == BENCH_PLAIN_NIC ? bench_front_run_plain(front, program, repeats, &verdict)
					: bench_front_run(front, cpu, program, repeats, &verdict);

	check_verdict(front, subject, verdict);
	return ns;
}

/* Sources become known to the limiter before anything is measured. */
static void prepare(const struct bench_front *front)
{
	static const enum bench_subject builds[] = { BENCH_SPAMWEIR, BENCH_BASE };
	int i;

	for (i = 0; i < options.builds; i++)
		bench_build_brake(&options.build[i], world_of(front), front->scenario->brakes);
	/* The other build may not know them. */
	bench_build_suspects(&options.build[0], world_of(front), front->scenario->suspects);
	for (i = 0; i < options.builds && front->scenario->burst; i++) {
		bench_build_limit(&options.build[i], world_of(front), front->scenario->burst);
		if (program_of(front, builds[i]) >= 0)
			run(front, builds[i], 0, BENCH_STREAM);
	}
}

static void print(const struct bench_front *front, const char *what, const char *subject,
		  const char *unit, int round, double value)
{
	printf("packet,%s%s,%s,%zu,%s,%d,%.4g\n", front->scenario->name, what, subject,
	       front->scenario->prefixes, unit, round, value);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(const double *sample, int count)
{
	double sorted[TURNS];

	memcpy(sorted, sample, count * sizeof(*sample));
	qsort(sorted, count, sizeof(*sorted), compare);
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* Of what either adds to XDP_PASS. */
static void print_ratio(const struct bench_front *front, double (*ns)[TURNS],
			enum bench_subject under, int round)
{
	double ratio[TURNS], below;
	char name[64];
	int turn, count = 0;

	for (turn = 0; turn < TURNS; turn++) {
		below = ns[under][turn] - ns[BENCH_PASS][turn];
		if (below > 0)
			ratio[count++] = (ns[BENCH_SPAMWEIR][turn] - ns[BENCH_PASS][turn]) / below;
	}
	snprintf(name, sizeof(name), "%s to %s", bench_subject_name[BENCH_SPAMWEIR],
		 bench_subject_name[under]);
	if (count)
		print(front, "", name, "ratio", round, median(ratio, count));
}

/* One turn of a subject, behind one of XDP_PASS: what it finds in caches was then left
 * there by the same program for all. */
static void take_turn(const struct bench_front *front, enum bench_subject subject, int turn,
		      double (*ns)[TURNS])
{
	if (subject == BENCH_PASS || program_of(front, subject) < 0)
		return;
	ns[BENCH_PASS][turn] = run(front, BENCH_PASS, 0, REPEATS);
	ns[subject][turn] = run(front, subject, 0, REPEATS);
}

/* Every other turn goes backwards: none always follows the same one. */
static void measure(const struct bench_front *front, int round)
{
	double ns[BENCH_SUBJECTS][TURNS];
	int turn, i;

	prepare(front);
	bench_peers_limit_lists(&worlds[world_of(front)].peers,
				front->scenario->verdict == XDP_DROP);
	for (turn = 0; turn < TURNS; turn++) {
		for (i = 0; i < BENCH_SUBJECTS; i++)
			take_turn(front, turn % 2 ? BENCH_SUBJECTS - 1 - i : i, turn, ns);
	}
	for (i = 0; i < BENCH_SUBJECTS; i++) {
		if (program_of(front, i) >= 0)
			print(front, "", bench_subject_name[i], "ns", round, median(ns[i], TURNS));
	}
	for (i = BENCH_LIMIT; i <= BENCH_BASE; i++) {
		if (i != BENCH_SPAMWEIR && program_of(front, i) >= 0)
			print_ratio(front, ns, i, round);
	}
}

struct half {
	const struct bench_front *front;
	pthread_t thread;
	int cpu;
	double ns;
};

static void *run_half(void *arg)
{
	struct half *half = arg;

	half->ns = run(half->front, BENCH_SPAMWEIR, half->cpu, BENCH_STREAM);
	return NULL;
}

static void start(struct half *half)
{
	pthread_attr_t attr;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(half->cpu, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	if (pthread_create(&half->thread, &attr, run_half, half))
		bench_die("thread");
	pthread_attr_destroy(&attr);
}

/* How many times the packets of one CPU two get through in the same CPU time. */
static void measure_twice(const struct bench_front *front, int round)
{
	struct half half[BENCH_CPUS];
	double rate = 0, alone;
	int cpu;

	prepare(front);
	alone = run(front, BENCH_SPAMWEIR, 0, BENCH_STREAM);
	for (cpu = 0; cpu < BENCH_CPUS; cpu++) {
		half[cpu] = (struct half){ .front = front, .cpu = cpu };
		start(&half[cpu]);
	}
	for (cpu = 0; cpu < BENCH_CPUS; cpu++) {
		pthread_join(half[cpu].thread, NULL);
		rate += alone / half[cpu].ns;
	}
	print(front, " on two CPUs", bench_subject_name[BENCH_SPAMWEIR], "times", round, rate);
}

static void make_worlds(void)
{
	struct bench_peers none = { -1, -1, -1, -1, -1, -1, -1, NULL };
	struct world *world;
	size_t i;

	bench_peers_bare(&bare);
	for (i = 0; i < BENCH_SIZES; i++) {
		world = &worlds[i];
		world->peers = none;
		bench_draw_lists(sizes[i], &world->lists);
		if (sizes[i] && !options.main_only && (sizes[i] <= SHORT || !options.quick))
			bench_peers_fill(&world->lists, &world->peers);
	}
}

static bool is_wanted(const struct bench_scenario *scenario)
{
	if (options.main_only && !scenario->main)
		return false;
	return !options.cases || !regexec(options.cases, scenario->name, 0, NULL, 0);
}

static size_t make_fronts(struct bench_front *fronts)
{
	const struct bench_scenario *scenario = bench_scenarios;
	size_t count = 0;

	for (; scenario < bench_scenarios + bench_scenario_count; scenario++) {
		if (!is_wanted(scenario))
			continue;
		fronts[count].scenario = scenario;
		bench_front_make(&fronts[count], scenario, &worlds[world_of(&fronts[count])].lists,
				 fronts, count);
		count++;
	}
	return count;
}

static const regex_t *read_cases(const char *text)
{
	static regex_t cases;

	if (regcomp(&cases, text, REG_EXTENDED | REG_NOSUB)) {
		fprintf(stderr, "packet: -c %s: no extended regular expression\n", text);
		exit(2);
	}
	return &cases;
}

static void read_options(int argc, char **argv)
{
	int option, i;

	while ((option = getopt(argc, argv, "qmc:")) != -1) {
		options.quick |= option == 'q';
		options.main_only |= option == 'm';
		if (option == 'c')
			options.cases = read_cases(optarg);
	}
	options.builds = argc - optind - 1;
	if (options.builds < 1 || options.builds > 2) {
		fprintf(stderr, "usage: packet [-q | -m] [-c CASES] ROUNDS HOST [BASE_HOST]\n");
		exit(2);
	}
	options.rounds = atoi(argv[optind]);
	for (i = 0; i < options.builds; i++)
		options.build[i].path = argv[optind + 1 + i];
}

/* Where in memory its tables lie makes a program faster or slower by some percent:
 * for every round they are made anew, by another build first. */
static void begin_round(int round)
{
	int i;

	for (i = 0; i < options.builds; i++)
		bench_build_start(&options.build[(i + round) % options.builds], sizes);
	for (i = 0; i < BENCH_SIZES; i++)
		bench_peers_fill_limit(&worlds[i].lists, &worlds[i].peers);
	for (i = 0; i < options.builds; i++)
		bench_build_await(&options.build[i]);
}

static void end_round(void)
{
	int i;

	for (i = 0; i < options.builds; i++)
		bench_build_stop(&options.build[i]);
	for (i = 0; i < BENCH_SIZES; i++)
		bench_peers_end_limit(&worlds[i].peers);
}

static void measure_all(const struct bench_front *fronts, size_t count, int round)
{
	size_t i;

	for (i = 0; i < count; i++)
		measure(&fronts[i], round);
	for (i = 0; i < count; i++) {
		if (fronts[i].scenario->twice && !options.quick && !options.main_only)
			measure_twice(&fronts[i], round);
	}
}

int main(int argc, char **argv)
{
	static struct bench_front fronts[MOST_SCENARIOS];
	size_t count;
	int round;

	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(argc, argv);
	make_worlds();
	count = make_fronts(fronts);
	for (round = 1; round <= options.rounds; round++) {
		begin_round(round);
		measure_all(fronts, count, round);
		end_round();
	}
	return 0;
}
