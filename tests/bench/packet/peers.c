// SPDX-License-Identifier: GPL-2.0
#include "peers.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes.h"

#include "limit.skel.h"
#include "peers.skel.h"

#define BATCH 65536

/* `keys`: `count` of `size` bytes. */
static void fill(int fd, const void *keys, size_t count, size_t size, const void *values)
{
	size_t done;
	__u32 batch;

	for (done = 0; done < count; done += batch) {
		batch = count - done < BATCH ? count - done : BATCH;
		if (bpf_map_update_batch(fd, (const char *)keys + done * size, values, &batch,
					 NULL))
			bench_die("batch");
	}
}

static void fill_trie4(const struct bench_list *list, int fd, const void *values)
{
	struct {
		__u32 length, address;
	} *key = bench_alloc(list->count, sizeof(*key));
	size_t i;

	for (i = 0; i < list->count; i++) {
		key[i].length = list->prefix[i].length;
		key[i].address = htonl(list->prefix[i].address >> 96);
	}
	fill(fd, key, list->count, sizeof(*key), values);
	free(key);
}

static void fill_trie6(const struct bench_list *list, int fd, const void *values)
{
	struct {
		__u32 length, address[4];
	} *key = bench_alloc(list->count, sizeof(*key));
	size_t i;
	int word;

	for (i = 0; i < list->count; i++) {
		key[i].length = list->prefix[i].length;
		for (word = 0; word < 4; word++)
			key[i].address[word] = htonl(list->prefix[i].address >> (96 - 32 * word));
	}
	fill(fd, key, list->count, sizeof(*key), values);
	free(key);
}

/* xdp-filter knows exact addresses only: of each prefix it gets one. As shipped
 * it holds 10,000; here its map is made larger. Of a value the upper bits say
 * which direction is filtered: all. */
static int load_filter(const struct bench_list *list, const void *values)
{
	struct bpf_object *object = bpf_object__open_file(BENCH_XDP_FILTER, NULL);
	__u32 *key = bench_alloc(list->count, sizeof(*key));
	struct bpf_program *program;
	struct bpf_map *map;
	size_t i;

	if (!object) {
		fprintf(stderr, "packet: without xdp-filter, which is not installed\n");
		free(key);
		return -1;
	}
	for (i = 0; i < list->count; i++)
		key[i] = htonl(list->prefix[i].address >> 96);
	bpf_object__for_each_map(map, object) bpf_map__set_pin_path(map, NULL);
	map = bpf_object__find_map_by_name(object, "filter_ipv4");
	program = bpf_object__next_program(object, NULL);
	bpf_program__set_flags(program, BPF_F_XDP_HAS_FRAGS);
	if (!map || bpf_map__set_max_entries(map, list->count + 1) || bpf_object__load(object))
		bench_die("xdp-filter");
	fill(bpf_map__fd(map), key, list->count, sizeof(*key), values);
	free(key);
	return bpf_program__fd(program);
}

static struct peers_bpf *load_peers(struct bench_peers *peers)
{
	struct peers_bpf *object = peers_bpf__open_and_load();

	if (!object)
		bench_die("peers");
	peers->pass = bpf_program__fd(object->progs.bench_pass);
	peers->parse = bpf_program__fd(object->progs.bench_parse);
	return object;
}

void bench_peers_bare(struct bench_peers *peers)
{
	load_peers(peers);
	peers->lpm = peers->filter = -1;
	peers->limit = peers->limit_noted = peers->limit_read = -1;
	peers->limit_object = NULL;
}

void bench_peers_fill(const struct bench_lists *lists, struct bench_peers *peers)
{
	int cpus = libbpf_num_possible_cpus();
	struct peers_bpf *object = load_peers(peers);
	__u64 *values = bench_alloc(BATCH, cpus * sizeof(*values));

	fill_trie4(&lists->v4[BENCH_CNC_FEED], bpf_map__fd(object->maps.trie4), values);
	fill_trie6(&lists->v6[BENCH_CNC_FEED], bpf_map__fd(object->maps.trie6), values);
	peers->lpm = bpf_program__fd(object->progs.bench_lpm);
	memset(values, 0xff, BATCH * cpus * sizeof(*values));
	peers->filter = load_filter(&lists->v4[BENCH_CNC_FEED], values);
	free(values);
}

void bench_peers_fill_limit(const struct bench_lists *lists, struct bench_peers *peers)
{
	struct limit_bpf *limit = limit_bpf__open();
	int kind;

	if (!limit)
		bench_die("limit");
	for (kind = 0; kind < BENCH_KINDS; kind++) {
		memcpy(limit->bss->near4[kind], lists->v4[kind].near,
		       sizeof(limit->bss->near4[kind]));
		memcpy(limit->bss->near6[kind], lists->v6[kind].near,
		       sizeof(limit->bss->near6[kind]));
	}
	if (limit_bpf__load(limit))
		bench_die("limit");
	peers->limit_object = limit;
	peers->limit = bpf_program__fd(limit->progs.bench_limit);
	peers->limit_noted = bpf_program__fd(limit->progs.bench_limit_noted);
	peers->limit_read = bpf_program__fd(limit->progs.bench_limit_read);
}

void bench_peers_end_limit(struct bench_peers *peers)
{
	limit_bpf__destroy(peers->limit_object);
	peers->limit_object = NULL;
	peers->limit = peers->limit_noted = peers->limit_read = -1;
}

void bench_peers_limit_lists(const struct bench_peers *peers, bool listed)
{
	peers->limit_object->bss->listing = !listed;
}
