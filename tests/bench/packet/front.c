// SPDX-License-Identifier: GPL-2.0
#include "front.h"

#include <bpf/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "stream.skel.h"

/* The front whose stream this one's may be. */
static const struct bench_front *find_alike(const struct bench_front *front,
					    const struct bench_front *others, size_t count)
{
	const struct bench_scenario *mine = front->scenario, *theirs;
	size_t i;

	for (i = 0; i < count; i++) {
		theirs = others[i].scenario;
		if (theirs->prefixes == mine->prefixes && theirs->addresses == mine->addresses &&
		    theirs->ipv6 == mine->ipv6)
			return &others[i];
	}
	return NULL;
}

static void fill(const struct bench_front *front, const struct bench_lists *lists)
{
	struct bench_stream *keys;

	keys = mmap(NULL, sizeof(*keys), PROT_READ | PROT_WRITE, MAP_SHARED,
		    bpf_map__fd(front->cpu[0]->maps.stream), 0);
	if (keys == MAP_FAILED)
		bench_die("stream");
	bench_stream_fill(lists, front->scenario->ipv6, front->scenario->addresses, keys);
	munmap(keys, sizeof(*keys));
}

static struct stream_bpf *load(const struct bench_scenario *scenario,
			       const struct bench_frame *frame, int cpu,
			       const struct stream_bpf *alike)
{
	struct stream_bpf *stream = stream_bpf__open();

	if (!stream)
		bench_die("front");
	stream->rodata->mask = scenario->addresses == BENCH_HOT ? 0 : BENCH_STREAM - 1;
	stream->rodata->offset = frame->offset;
	stream->rodata->ipv6 = scenario->ipv6;
	stream->rodata->renews = scenario->payload == BENCH_BOUNCE;
	memcpy((void *)&stream->rodata->length, frame->bytes + frame->offset - 10, 2);
	memcpy((void *)&stream->rodata->flags, frame->bytes + frame->offset + 20, 2);
	stream->bss->position = cpu * BENCH_STREAM / BENCH_CPUS;
	if (alike)
		bpf_map__reuse_fd(stream->maps.stream, bpf_map__fd(alike->maps.stream));
	if (stream_bpf__load(stream))
		bench_die("front");
	return stream;
}

void bench_front_make(struct bench_front *front, const struct bench_scenario *scenario,
		      const struct bench_lists *lists, const struct bench_front *others,
		      size_t count)
{
	const struct bench_front *alike;
	int cpu;

	front->scenario = scenario;
	bench_frame_build(&front->frame, scenario->ipv6, scenario->wrap, scenario->payload);
	alike = find_alike(front, others, count);
	front->cpu[0] = load(scenario, &front->frame, 0, alike ? alike->cpu[0] : NULL);
	if (!alike)
		fill(front, lists);
	for (cpu = 1; cpu < BENCH_CPUS && scenario->twice; cpu++)
		front->cpu[cpu] = load(scenario, &front->frame, cpu, front->cpu[0]);
	if (scenario->unwrapped) {
		bench_frame_build(&front->plain, scenario->ipv6, BENCH_BARE, scenario->payload);
		front->plain_stream = load(scenario, &front->plain, 0, front->cpu[0]);
	}
}

static __u64 thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static double run(const struct stream_bpf *stream, struct bench_frame frame, int program,
		  unsigned repeats, __u32 *verdict)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.bytes, .data_size_in = frame.size,
		    .repeat = repeats);
	__u32 zero = 0;
	__u64 begun;
	double ns;

	if (bpf_map_update_elem(bpf_map__fd(stream->maps.next), &zero, &program, BPF_ANY))
		bench_die("program array");
	begun = thread_ns();
	if (bpf_prog_test_run_opts(bpf_program__fd(stream->progs.bench_stream), &options))
		bench_die("test run");
	ns = thread_ns() - begun;
	*verdict = options.retval;
	bpf_map_delete_elem(bpf_map__fd(stream->maps.next), &zero); /* or it would stay loaded */
	return ns / repeats;
}

double bench_front_run(const struct bench_front *front, int cpu, int program, unsigned repeats,
		       __u32 *verdict)
{
	return run(front->cpu[cpu], front->frame, program, repeats, verdict);
}

double bench_front_run_plain(const struct bench_front *front, int program, unsigned repeats,
			     __u32 *verdict)
{
	if (!front->plain_stream)
		return bench_front_run(front, 0, program, repeats, verdict);
	return run(front->plain_stream, front->plain, program, repeats, verdict);
}
