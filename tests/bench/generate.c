// SPDX-License-Identifier: GPL-2.0
/*
 * generate NIC MAC KEYS FRAMES MILLISECONDS: sends frames to MAC out of NIC, as
 * many or as long, whichever ends first. KEYS is a file of addresses (see lists.c),
 * taken in turn. Prints how many were sent and the nanoseconds between the
 * first and the last.
 *
 * The kernel runs the receiver's side on the same CPU, between batches: what
 * is measured is sending plus receiving. SIGTERM ends it before its time.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "frame.h"
#include "generate.skel.h"
#include "keys.h"

#define KEYS_BYTES (sizeof(struct bench_key4) * BENCH_STREAM)
#define BATCH 64

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void interrupt(int number)
{
	(void)number; /* what counts is that it interrupts the system call */
}

static void end_in_time(unsigned ms)
{
	const struct sigaction action = { .sa_handler = interrupt };
	/* Once more later, should the first come before the system call. */
	const struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 },
					 .it_interval.tv_usec = 100000 };

	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (setitimer(ITIMER_REAL, &timer, NULL))
		die("timer");
}

static void take_last_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("affinity");
}

static void sum_header(struct bench_frame *frame)
{
	const __u16 *word = (const __u16 *)((const char *)frame + ETH_HLEN);
	__u32 sum = 0;
	int i;

	for (i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	frame->checksum = (sum & 0xffff) + (sum >> 16);
}

static struct bench_frame template(const char *mac)
{
	struct bench_frame frame = {
		.from = { 2, 0, 0, 0, 0, 1 },
		.type = htons(ETH_P_IP),
		.version = 0x45,
		.total = htons(BENCH_FRAME - ETH_HLEN),
		.ttl = 64,
		.protocol = BENCH_UDP,
		.dport = htons(BENCH_DPORT),
		.length = htons(BENCH_FRAME - ETH_HLEN - 20),
	};
	const struct ether_addr *to = ether_aton(mac);

	if (!to) {
		errno = EINVAL;
		die(mac);
	}
	memcpy(frame.to, to, sizeof(frame.to));
	sum_header(&frame);
	return frame;
}

static void fill_keys(const struct generate_bpf *generator, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *keys = mmap(NULL, KEYS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			  bpf_map__fd(generator->maps.keys), 0);

	if (fd < 0 || keys == MAP_FAILED)
		die(path);
	if (read(fd, keys, KEYS_BYTES) != (ssize_t)KEYS_BYTES)
		die(path);
	munmap(keys, KEYS_BYTES);
	close(fd);
}

static struct generate_bpf *load(const char *nic, const char *mac, const char *keys)
{
	const struct bench_frame frame = template(mac);
	struct generate_bpf *generator = generate_bpf__open();

	if (!generator)
		die("open");
	generator->rodata->out = if_nametoindex(nic);
	if (!generator->rodata->out)
		die(nic);
	memcpy((void *)&generator->rodata->frame, &frame, sizeof(frame));
	if (generate_bpf__load(generator))
		die("load");
	fill_keys(generator, keys);
	return generator;
}

static void send_frames(const struct generate_bpf *generator, __u32 frames)
{
	__u8 bytes[BENCH_FRAME] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = bytes, .data_size_in = sizeof(bytes),
		    .repeat = frames, .batch_size = BATCH, .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	if (bpf_prog_test_run_opts(bpf_program__fd(generator->progs.bench_generate), &options) &&
	    errno != EINTR)
		die("live frames");
}

int main(int argc, char **argv)
{
	struct generate_bpf *generator;

	if (argc != 6) {
		fprintf(stderr, "usage: generate NIC MAC KEYS FRAMES MILLISECONDS\n");
		return 2;
	}
	take_last_cpu();
	generator = load(argv[1], argv[2], argv[3]);
	end_in_time(strtoul(argv[5], NULL, 10));
	send_frames(generator, strtoul(argv[4], NULL, 10));
	printf("%llu %llu\n", generator->bss->sent,
	       generator->bss->last_ns - generator->bss->first_ns);
	generate_bpf__destroy(generator);
	return 0;
}
