// SPDX-License-Identifier: GPL-2.0
/*
 * lists DIR V4 V6: lists of random prefixes, and addresses to send. All is the
 * same in every run. No prefix contains another, for not all filters can hold
 * that; their order is random.
 *
 * v4.txt, v6.txt	prefixes, one a line
 * next4.txt		a list of the same size of which a tenth is different
 * exact		an address of each prefix of v4.txt, struct in_addr
 * listed.keys		listed sources, clean destinations, struct bench_key4
 * clean.keys		clean sources and destinations, from everywhere
 * usual.keys		the same, of 2^18 addresses: the n-th as often as 1/n (Zipf)
 * mixed.keys		even places clean, odd ones listed
 *
 * Listed and clean are so by v4.txt and by next4.txt.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"

typedef unsigned __int128 u128;

struct entry {
	u128 address;
	__u8 length;
	__u32 inside; /* an address of an IPv4 prefix */
};

/* IPv4 is kept in the upper 32 bits. */
struct list {
	struct entry *entry;
	size_t count;
	int family;
};

static __u64 random_state = 0x9e3779b97f4a7c15ULL;

static __u64 rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static __u32 below(__u32 limit)
{
	return (rnd() >> 32) * limit >> 32;
}

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "lists: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* No address that a stack refuses whatever the filter says, none of the lab. */
static __u32 unicast4(void)
{
	__u32 address, net;

	do {
		address = rnd() >> 32;
		net = address >> 24;
	} while (!net || net == 10 || net == 127 || net == 198 || net >= 224);
	return address;
}

static u128 random_address(int family)
{
	u128 top;

	if (family == AF_INET)
		return (u128)unicast4() << 96;
	top = 0x20000000 + (below(20000) * 2654435761U & 0x0fffffff);
	return top << 96 | (u128)(rnd() >> 32) << 64 | rnd();
}

static u128 host_mask(__u8 length)
{
	return length ? ((u128)1 << (128 - length)) - 1 : ~(u128)0;
}

static int by_address(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* Of a sorted list without overlaps: does it cover the address? */
static bool covers(const struct entry *entry, size_t count, u128 address)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (entry[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address - entry[low - 1].address <= host_mask(entry[low - 1].length);
}

static size_t drop_doubles(struct entry *entry, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		if (!kept || entry[kept - 1].address != entry[i].address)
			entry[kept++] = entry[i];
	}
	return kept;
}

/* Adds prefixes of one length, not in those that are there, which are wider. */
static void add_length(struct list *list, __u8 length, size_t wanted)
{
	size_t wider = list->count, end = wider + wanted;
	struct entry *fresh = list->entry + wider;
	u128 address;

	while (list->count < end) {
		while (list->count < end) {
			address = random_address(list->family) & ~host_mask(length);
			if (!covers(list->entry, wider, address))
				list->entry[list->count++] =
					(struct entry){ .address = address, .length = length };
		}
		qsort(fresh, list->count - wider, sizeof(*fresh), by_address);
		list->count = wider + drop_doubles(fresh, list->count - wider);
	}
	qsort(list->entry, list->count, sizeof(*list->entry), by_address);
}

#define MANY 4000000 /* there are no 1/160 as many /16s */

/* 5 % shorter than /24, 15 % of it, 10 % longer, 70 % single addresses. */
static void make_v4(struct list *list, size_t total)
{
	size_t longer = total / 10, shorter = total / 20;
	__u8 shortest = total > MANY ? 20 : 16, length;

	for (length = shortest; length < 24; length++)
		add_length(list, length, shorter / (24 - shortest));
	add_length(list, 24, total * 15 / 100);
	for (length = 25; length < 32; length++)
		add_length(list, length, longer / 7);
	add_length(list, 32, total - list->count);
}

static void make_v6(struct list *list, size_t total)
{
	static const __u8 length[] = { 36, 40, 44, 48, 56, 64 };
	static const __u8 of_twelve[] = { 1, 1, 1, 3, 1, 3 };
	size_t i;

	for (i = 0; i < sizeof(length); i++)
		add_length(list, length[i], total * of_twelve[i] / 12);
	add_length(list, 128, total - list->count);
}

static struct list new_list(int family, size_t total)
{
	struct list list = { .family = family };

	list.entry = calloc(total + 1, sizeof(*list.entry));
	if (!list.entry)
		die("memory");
	if (family == AF_INET)
		make_v4(&list, total);
	else
		make_v6(&list, total);
	return list;
}

static void shuffle(const struct list *list)
{
	struct entry swap;
	size_t i, j;

	for (i = list->count; i > 1; i--) {
		j = below(i);
		swap = list->entry[i - 1];
		list->entry[i - 1] = list->entry[j];
		list->entry[j] = swap;
	}
}

static FILE *create(const char *name)
{
	FILE *file = fopen(name, "we");

	if (!file)
		die(name);
	return file;
}

static void finish(FILE *file, const char *name)
{
	if (ferror(file) || fclose(file))
		die(name);
}

static void write_text(const char *name, const struct list *list, size_t first, size_t end)
{
	const unsigned bits = list->family == AF_INET ? 32 : 128;
	FILE *file = create(name);
	char text[INET6_ADDRSTRLEN];
	__u32 word[4];
	size_t i;
	int w;

	for (i = first; i < end; i++) {
		for (w = 0; w < 4; w++)
			word[w] = htonl(list->entry[i].address >> (96 - 32 * w));
		inet_ntop(list->family, word, text, sizeof(text));
		if (list->entry[i].length < bits)
			fprintf(file, "%s/%u\n", text, list->entry[i].length);
		else
			fprintf(file, "%s\n", text);
	}
	finish(file, name);
}

static void choose_inside(const struct list *list)
{
	struct entry *entry;

	for (entry = list->entry; entry < list->entry + list->count; entry++)
		entry->inside = (__u32)(entry->address >> 96) |
				((rnd() >> 32) & (__u32)(host_mask(entry->length) >> 96));
}

static void write_exact(const char *name, const struct list *list, size_t end)
{
	FILE *file = create(name);
	__u32 address;
	size_t i;

	for (i = 0; i < end; i++) {
		address = htonl(list->entry[i].inside);
		fwrite(&address, sizeof(address), 1, file);
	}
	finish(file, name);
}

static __u32 clean4(const struct list *sorted)
{
	__u32 address;

	do {
		address = unicast4();
	} while (covers(sorted->entry, sorted->count, (u128)address << 96));
	return address;
}

/* `listed`: of two keys in a row, how many; the odd one first. Listed sources
 * are taken from `common`, which both lists hold. */
static void write_keys(const char *name, const struct list *sorted, const __u32 *common,
		       size_t count, int listed)
{
	FILE *file = create(name);
	struct bench_key4 key;
	size_t i;

	for (i = 0; i < BENCH_STREAM; i++) {
		key.src = htonl(i % 2 + listed > 1 ? common[below(count)] : clean4(sorted));
		key.dst = htonl(clean4(sorted));
		fwrite(&key, sizeof(key), 1, file);
	}
	finish(file, name);
}

/* Zipf's law with exponent 1: an address's rank is as good as exponential. */
static void write_usual(const char *name, const struct list *sorted)
{
	const unsigned bits = 18;
	__u32 *pool = calloc(1 << bits, sizeof(*pool)), *address;
	FILE *file = create(name);
	size_t i;

	if (!pool)
		die("memory");
	for (address = pool; address < pool + (1 << bits); address++)
		*address = htonl(clean4(sorted));
	for (i = 0; i < 2 * BENCH_STREAM; i++) {
		address = &pool[(size_t)exp2((rnd() >> 11) * 0x1p-53 * bits) - 1];
		fwrite(address, sizeof(*address), 1, file);
	}
	finish(file, name);
	free(pool);
}

static void write_v4(size_t total)
{
	const size_t changed = total / 10;
	struct list list = new_list(AF_INET, total + changed);
	__u32 *common = calloc(total, sizeof(*common));
	size_t i;

	if (!common)
		die("memory");
	shuffle(&list);
	choose_inside(&list);
	write_text("v4.txt", &list, 0, total);
	write_text("next4.txt", &list, changed, total + changed);
	write_exact("exact", &list, total);
	for (i = changed; i < total; i++)
		common[i - changed] = list.entry[i].inside;
	qsort(list.entry, list.count, sizeof(*list.entry), by_address);
	write_keys("listed.keys", &list, common, total - changed, 2);
	write_keys("mixed.keys", &list, common, total - changed, 1);
	write_keys("clean.keys", &list, common, total - changed, 0);
	write_usual("usual.keys", &list);
	free(common);
	free(list.entry);
}

static void write_v6(size_t total)
{
	struct list list = new_list(AF_INET6, total);

	shuffle(&list);
	write_text("v6.txt", &list, 0, total);
	free(list.entry);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: lists DIR V4 V6\n");
		return 2;
	}
	if (chdir(argv[1]))
		die(argv[1]);
	write_v4(strtoul(argv[2], NULL, 10));
	write_v6(strtoul(argv[3], NULL, 10));
	return 0;
}
