// SPDX-License-Identifier: GPL-2.0
/*
 * judged NIC ADDRESS: waits until the program on NIC drops a frame from an IPv4 address, and
 * prints when, in nanoseconds of CLOCK_MONOTONIC. It looks every PAUSE_NS, by BPF_PROG_TEST_RUN,
 * and prints a line first, when it has begun to.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

#define PAUSE_NS 500000
#define CLEAN 0xc6121901 /* 198.18.25.1 */

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "judged: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* -1: none is attached yet. */
static int open_program(int nic)
{
	__u32 id;
	int fd;

	if (bpf_xdp_query_id(nic, 0, &id))
		die("asking for the program");
	if (!id)
		return -1;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0 && errno != ENOENT)
		die("opening the program");
	return fd;
}

static int judge(int program, int nic, struct bench_frame *frame)
{
	struct xdp_md ctx = { .data_end = sizeof(*frame), .ingress_ifindex = nic };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(*frame),
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx));

	if (bpf_prog_test_run_opts(program, &run))
		die("running the program");
	return run.retval;
}

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct bench_frame frame = {
		.type = htons(ETH_P_IP),
		.version = 0x45,
		.total = htons(sizeof(frame) - ETH_HLEN),
		.ttl = 64,
		.protocol = BENCH_UDP,
		.dport = htons(BENCH_DPORT),
		.length = htons(sizeof(frame) - ETH_HLEN - 20),
		.dst = htonl(CLEAN),
	};
	int nic = argc == 3 ? if_nametoindex(argv[1]) : 0, program = -1, verdict;

	if (!nic || inet_pton(AF_INET, argv[2], &frame.src) != 1) {
		fprintf(stderr, "usage: judged NIC ADDRESS\n");
		return 2;
	}
	puts("looking");
	fflush(stdout);
	for (;;) {
		if (program < 0)
			program = open_program(nic);
		verdict = program < 0 ? XDP_PASS : judge(program, nic, &frame);
		if (verdict == XDP_DROP)
			break;
		nanosleep(&pause, NULL);
	}
	printf("%llu\n", now_ns());
	return 0;
}
