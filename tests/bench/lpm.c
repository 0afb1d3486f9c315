// SPDX-License-Identifier: GPL-2.0
/*
 * lpm V4 V6 PIN4 PIN6: two lists of prefixes into the kernel's LPM tries, which
 * it pins: sorted and in batches, the fastest way there is.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH 65536

struct key {
	__u32 length;
	__u8 address[16];
};

struct list {
	struct key *key;
	size_t count;
	size_t room;
};

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "lpm: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void add(struct list *list, int family, char *line)
{
	char *slash = strpbrk(line, "/\n");
	struct key key = { .length = family == AF_INET ? 32 : 128 };

	if (slash && *slash == '/')
		key.length = strtoul(slash + 1, NULL, 10);
	if (slash)
		*slash = '\0';
	if (inet_pton(family, line, key.address) != 1) {
		errno = EINVAL;
		die(line);
	}
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 4096;
		list->key = reallocarray(list->key, list->room, sizeof(key));
		if (!list->key)
			die("memory");
	}
	list->key[list->count++] = key;
}

static int by_address(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	return memcmp(x->address, y->address, sizeof(x->address));
}

static struct list read_list(const char *path, int family)
{
	FILE *file = fopen(path, "re");
	struct list list = { NULL, 0, 0 };
	char line[128];

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file))
		add(&list, family, line);
	fclose(file);
	qsort(list.key, list.count, sizeof(*list.key), by_address);
	return list;
}

/* A map's keys have no gaps between them. */
static char *pack(const struct list *list, size_t size)
{
	char *keys = malloc(list->count * size + 1);
	size_t i;

	if (!keys)
		die("memory");
	for (i = 0; i < list->count; i++)
		memcpy(keys + i * size, &list->key[i], size);
	return keys;
}

static void insert(const struct list *list, size_t size, const char *pin)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_NO_PREALLOC);
	int fd = bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "bench_lpm", size, 1, list->count + 1,
				&options);
	static const __u8 value[BATCH];
	char *keys = pack(list, size);
	size_t done = 0;
	__u32 count;

	if (fd < 0)
		die("trie");
	for (; done < list->count; done += count) {
		count = list->count - done < BATCH ? list->count - done : BATCH;
		if (bpf_map_update_batch(fd, keys + done * size, value, &count, NULL))
			die("update");
	}
	if (bpf_obj_pin(fd, pin))
		die(pin);
	close(fd);
	free(keys);
}

int main(int argc, char **argv)
{
	struct list v4, v6;

	if (argc != 5) {
		fprintf(stderr, "usage: lpm V4 V6 PIN4 PIN6\n");
		return 2;
	}
	v4 = read_list(argv[1], AF_INET);
	v6 = read_list(argv[2], AF_INET6);
	insert(&v4, 8, argv[3]);
	insert(&v6, 20, argv[4]);
	free(v4.key);
	free(v6.key);
	return 0;
}
