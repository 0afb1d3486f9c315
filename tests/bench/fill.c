// SPDX-License-Identifier: GPL-2.0
/*
 * fill PIN FILE: enters the addresses of FILE (see lists.c, `exact`) into the
 * pinned address map of xdp-filter, as sources, in batches. Its own command
 * enters one address a run.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 4096
#define IS_SOURCE 1 /* the rest of the value counts hits */

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "fill: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A value for every CPU. */
static __u64 *make_values(void)
{
	int i, count = libbpf_num_possible_cpus() * BATCH;
	__u64 *value = calloc(count, sizeof(*value));

	if (!value)
		die("memory");
	for (i = 0; i < count; i++)
		value[i] = IS_SOURCE;
	return value;
}

int main(int argc, char **argv)
{
	struct in_addr key[BATCH];
	__u64 *value = make_values();
	__u32 count;
	FILE *file;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: fill PIN FILE\n");
		return 2;
	}
	fd = bpf_obj_get(argv[1]);
	if (fd < 0)
		die(argv[1]);
	file = fopen(argv[2], "re");
	if (!file)
		die(argv[2]);
	while ((count = fread(key, sizeof(*key), BATCH, file)) > 0) {
		if (bpf_map_update_batch(fd, key, value, &count, NULL))
			die("update");
	}
	fclose(file);
	free(value);
	return 0;
}
