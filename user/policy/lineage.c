// SPDX-License-Identifier: GPL-2.0
#include "policy/lineage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/version.h"

#define MAGIC "spamweir from 1"

struct header {
	char magic[16];
	char version[64];
	__u64 stamp, former, config, hosts, as_of_s;
	__u64 feeds, entries, blocks, tops;
	__u64 check; /* of what follows */
};

__u64 sw_lineage_config(const char *path)
{
	struct sw_file file;
	__u64 sum;

	if (sw_file_map(path, &file, NULL))
		return 0;
	sum = XXH3_64bits(file.text, file.size) ?: 1;
	sw_file_unmap(&file);
	return sum;
}

__u64 sw_lineage_hosts(const struct sw_hosts *hosts)
{
	__u64 sum = 1, word[4];
	size_t i;

	for (i = 0; i < hosts->count; i++) {
		const struct sw_prefix *address = &hosts->host[i].address;

		word[0] = address->address >> 64;
		word[1] = address->address;
		word[2] = (__u64)address->family << 8 | address->length;
		word[3] = hosts->host[i].is;
		sum = XXH3_64bits_withSeed(word, sizeof(word), sum);
	}
	return sum;
}

static void add_entries(const struct sw_feed_config *feed, __u8 rank, struct sw_lineage *out)
{
	const struct sw_prefix *prefix;
	size_t i, j;

	for (i = 0; i < feed->entries; i++) {
		for (j = 0; j < feed->entry[i].prefixes; j++) {
			prefix = &feed->entry[i].prefix[j];
			out->entry[out->entries++] = (struct sw_lineage_entry){
				.hi = prefix->address >> 64,
				.lo = prefix->address,
				.family = prefix->family,
				.length = prefix->length,
				.rank = rank,
			};
		}
	}
}

static size_t count_entries(const struct sw_config *config)
{
	size_t count = 0, i, j;

	for (i = 0; i < config->feeds; i++) {
		for (j = 0; sw_is_operators(&config->feed[i]) && j < config->feed[i].entries; j++)
			count += config->feed[i].entry[j].prefixes;
	}
	return count;
}

int sw_lineage_describe(const struct sw_config *config, const struct sw_rules *rules,
			const __u8 *slot, struct sw_lineage *out)
{
	size_t i;

	*out = (struct sw_lineage){ .as_of_s = rules->as_of_s, .feeds = config->feeds };
	out->feed = calloc(config->feeds + 1, sizeof(*out->feed));
	out->entry = calloc(count_entries(config) + 1, sizeof(*out->entry));
	if (!out->feed || !out->entry) {
		sw_lineage_free(out);
		return -ENOMEM;
	}
	for (i = 0; i < config->feeds; i++) {
		snprintf(out->feed[i].name, sizeof(out->feed[i].name), "%s", config->feed[i].name);
		memcpy(out->feed[i].digest, rules->feed[i].digest, SW_DIGEST_SIZE);
		out->feed[i].slot = slot[i];
		if (sw_is_operators(&config->feed[i]))
			add_entries(&config->feed[i], i, out);
	}
	return 0;
}

/* The four arrays of a file, in their order. */
struct array {
	const void *at;
	size_t size;
};

static __u64 check_sum(const struct array *array)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < 4; i++)
		sum = array[i].size ? XXH3_64bits_withSeed(array[i].at, array[i].size, sum) : sum;
	return sum;
}

int sw_lineage_save(const char *path, const struct sw_lineage *lineage, struct sw_error *error)
{
	const struct array array[4] = {
		{ lineage->feed, lineage->feeds * sizeof(*lineage->feed) },
		{ lineage->entry, lineage->entries * sizeof(*lineage->entry) },
		{ lineage->step.block, lineage->step.blocks ? sizeof(lineage->step.block) : 0 },
		{ lineage->step.top, lineage->step.tops * sizeof(*lineage->step.top) },
	};
	struct header header = {
		.magic = MAGIC,
		.stamp = lineage->stamp,
		.former = lineage->former,
		.config = lineage->config,
		.hosts = lineage->hosts,
		.as_of_s = lineage->as_of_s,
		.feeds = lineage->feeds,
		.entries = lineage->entries,
		.blocks = lineage->step.blocks,
		.tops = lineage->step.tops,
		.check = check_sum(array),
	};
	FILE *out;
	int i, err = 0;

	snprintf(header.version, sizeof(header.version), "%s", sw_version);
	unlink(path);
	out = fopen(path, "we");
	if (!out)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	fwrite(&header, sizeof(header), 1, out);
	for (i = 0; i < 4; i++) {
		if (array[i].size)
			fwrite(array[i].at, array[i].size, 1, out);
	}
	if (ferror(out))
		err = -EIO;
	if (fclose(out) && !err)
		err = -errno;
	return err ? sw_fail(error, err, "%s: %s", path, strerror(-err)) : 0;
}

static bool is_sound(const struct header *header, size_t size)
{
	return size >= sizeof(*header) && !memcmp(header->magic, MAGIC, sizeof(header->magic)) &&
	       !strncmp(header->version, sw_version, sizeof(header->version) - 1) &&
	       header->feeds < SW_MAX_FEEDS && header->entries <= size &&
	       header->blocks <= SW_REGIONS_MAX && header->tops <= SW_REGIONS_MAX;
}

static int parse(const struct sw_mapping *file, struct sw_lineage *out)
{
	const struct header *header = (const void *)file->at;
	struct array array[4];
	const char *at;
	size_t left;
	int i;

	if (!is_sound(header, file->size))
		return -EINVAL;
	array[0].size = header->feeds * sizeof(*out->feed);
	array[1].size = header->entries * sizeof(*out->entry);
	array[2].size = header->blocks ? sizeof(out->step.block) : 0;
	array[3].size = header->tops * sizeof(*out->step.top);
	at = file->at + sizeof(*header);
	left = file->size - sizeof(*header);
	for (i = 0; i < 4; i++) {
		if (array[i].size > left)
			return -EINVAL;
		array[i].at = at;
		at += array[i].size;
		left -= array[i].size;
	}
	if (left || header->check != check_sum(array))
		return -EINVAL;
	*out = (struct sw_lineage){
		.stamp = header->stamp,
		.former = header->former,
		.config = header->config,
		.hosts = header->hosts,
		.as_of_s = header->as_of_s,
		.feed = malloc(array[0].size + 1),
		.feeds = header->feeds,
		.entry = malloc(array[1].size + 1),
		.entries = header->entries,
		.step = { .blocks = header->blocks, .tops = header->tops },
	};
	out->step.top = malloc(array[3].size + 1);
	out->step.tops_room = header->tops;
	if (!out->feed || !out->entry || !out->step.top) {
		sw_lineage_free(out);
		return -ENOMEM;
	}
	memcpy(out->feed, array[0].at, array[0].size);
	memcpy(out->entry, array[1].at, array[1].size);
	memcpy(out->step.block, array[2].at, array[2].size);
	memcpy(out->step.top, array[3].at, array[3].size);
	return 0;
}

int sw_lineage_load(const char *path, struct sw_lineage *out, struct sw_error *error)
{
	struct sw_mapping file;
	int err = sw_mapping_open(path, &file, error);

	*out = (struct sw_lineage){};
	if (err)
		return err;
	err = parse(&file, out);
	sw_mapping_close(&file);
	return err ? sw_fail(error, err, "%s: is damaged, or of another version", path) : 0;
}

void sw_lineage_free(struct sw_lineage *lineage)
{
	free(lineage->feed);
	free(lineage->entry);
	sw_regions_free(&lineage->step);
	*lineage = (struct sw_lineage){};
}
