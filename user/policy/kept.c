// SPDX-License-Identifier: GPL-2.0
#include "policy/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/file.h"
#include "policy/rules_end.h"

#define MAGIC "spamweir rules 4"

struct header {
	char magic[16];
	__u64 feeds;
	__u64 v4[SW_KINDS];
	__u64 v6[SW_KINDS];
	__u64 ends;
	__u64 check; /* of what follows */
};

/* The checksum of one array that stands behind others, whose checksum is `sum`. */
static __u64 check_sum(__u64 sum, const void *data, size_t size)
{
	return size ? XXH3_64bits_withSeed(data, size, sum) : sum;
}

static void describe(const struct sw_config *config, const struct sw_rules *rules,
		     struct sw_kept_feed *feed)
{
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		feed[i] = (struct sw_kept_feed){
			.kind = config->feed[i].kind,
			.prefixes = rules->feed[i].prefixes,
			.modified_s = rules->feed[i].source.modified_s,
			.read_s = rules->feed[i].source.read_s,
		};
		snprintf(feed[i].name, sizeof(feed[i].name), "%s", config->feed[i].name);
	}
}

static int write_all(FILE *out, const struct header *header, const struct sw_kept_feed *feed,
		     const struct sw_rules *rules)
{
	int kind;

	fwrite(header, sizeof(*header), 1, out);
	fwrite(feed, sizeof(*feed), header->feeds, out);
	for (kind = 0; kind < SW_KINDS; kind++) {
		/* A list that is empty may have no array at all. */
		if (header->v4[kind])
			fwrite(rules->kind[kind].v4, sizeof(*rules->kind[kind].v4),
			       header->v4[kind], out);
		if (header->v6[kind])
			fwrite(rules->kind[kind].v6, sizeof(*rules->kind[kind].v6),
			       header->v6[kind], out);
	}
	if (header->ends)
		fwrite(rules->ends.item, sizeof(*rules->ends.item), header->ends, out);
	return fflush(out) || ferror(out) ? -EIO : 0;
}

int sw_kept_save(const char *path, const struct sw_config *config, const struct sw_rules *rules,
		 struct sw_error *error)
{
	struct header header = { .feeds = config->feeds, .ends = rules->ends.count };
	struct sw_kept_feed *feed = calloc(config->feeds + 1, sizeof(*feed));
	FILE *out;
	int kind, err;

	if (!feed)
		return sw_fail(error, -ENOMEM, "%s: no memory", path);
	memcpy(header.magic, MAGIC, sizeof(header.magic));
	describe(config, rules, feed);
	header.check = check_sum(0, feed, config->feeds * sizeof(*feed));
	for (kind = 0; kind < SW_KINDS; kind++) {
		const struct sw_rule_list *list = &rules->kind[kind];

		header.v4[kind] = list->v4_count;
		header.v6[kind] = list->v6_count;
		header.check =
			check_sum(header.check, list->v4, list->v4_count * sizeof(*list->v4));
		header.check =
			check_sum(header.check, list->v6, list->v6_count * sizeof(*list->v6));
	}
	header.check = check_sum(header.check, rules->ends.item,
				 rules->ends.count * sizeof(*rules->ends.item));
	unlink(path); /* whoever has that mapped goes on reading it */
	out = fopen(path, "we");
	err = out ? write_all(out, &header, feed, rules) : -errno;
	if (out && fclose(out) && !err)
		err = -errno;
	free(feed);
	return err ? sw_fail(error, err, "%s: %s", path, strerror(-err)) : 0;
}

/* Points at an array of the file; false if it ends before. */
static bool take(struct sw_mapping *rest, size_t size, size_t count, __u64 *sum, void **out)
{
	if (count > rest->size / size)
		return false;
	*out = (void *)rest->at;
	*sum = check_sum(*sum, rest->at, count * size);
	rest->at += count * size;
	rest->size -= count * size;
	return true;
}

static bool parse(struct sw_mapping rest, struct sw_kept *out)
{
	struct sw_rule_list *list;
	struct header header;
	void *feed, *ends;
	__u64 sum = 0;
	int kind;

	if (rest.size < sizeof(header))
		return false;
	memcpy(&header, rest.at, sizeof(header));
	rest.at += sizeof(header);
	rest.size -= sizeof(header);
	if (memcmp(header.magic, MAGIC, sizeof(header.magic)) || header.feeds >= SW_MAX_FEEDS ||
	    !take(&rest, sizeof(out->feed[0]), header.feeds, &sum, &feed))
		return false;
	out->feeds = header.feeds;
	memcpy(out->feed, feed, header.feeds * sizeof(out->feed[0]));
	for (kind = 0; kind < SW_KINDS; kind++) {
		list = &out->rules->kind[kind];
		if (!take(&rest, sizeof(*list->v4), header.v4[kind], &sum, (void **)&list->v4) ||
		    !take(&rest, sizeof(*list->v6), header.v6[kind], &sum, (void **)&list->v6))
			return false;
		list->v4_count = header.v4[kind];
		list->v6_count = header.v6[kind];
	}
	if (!take(&rest, sizeof(*out->end), header.ends, &sum, &ends))
		return false;
	out->end = ends;
	out->ends = header.ends;
	return !rest.size && sum == header.check;
}

int sw_kept_load_alone(const char *path, struct sw_kept *out, struct sw_error *error)
{
	int err;

	*out = (struct sw_kept){ .rules = calloc(1, sizeof(*out->rules)) };
	if (!out->rules)
		return sw_fail(error, -ENOMEM, "%s: no memory", path);
	err = sw_mapping_open(path, &out->file, error);
	if (!err && !parse(out->file, out))
		err = sw_fail(error, -EINVAL, "%s: is damaged, or of another version", path);
	if (err)
		sw_kept_free(out);
	return err;
}

void sw_kept_free(struct sw_kept *kept)
{
	int kind;

	for (kind = 0; kept->rules && kept->file.size && kind < SW_KINDS; kind++)
		kept->rules->kind[kind] = (struct sw_rule_list){};
	sw_rules_free(kept->rules);
	sw_mapping_close(&kept->file);
	*kept = (struct sw_kept){};
}

struct counts {
	__u16 same[SW_MAX_FEEDS]; /* by rank before: that feed's rank after; SW_MAX_FEEDS: none */
	__u64 *added, *removed;
};

static void match_names(const struct sw_kept *before, const struct sw_kept *after,
			struct counts *counts)
{
	size_t i, j;

	for (i = 0; i < SW_MAX_FEEDS; i++) {
		counts->same[i] = SW_MAX_FEEDS;
		for (j = 0; i < before->feeds && j < after->feeds; j++) {
			if (!strcmp(before->feed[i].name, after->feed[j].name))
				counts->same[i] = j;
		}
	}
}

static inline void note(const struct counts *n, int before, int after)
{
	if (before >= 0 && after >= 0 && n->same[before] == after)
		return;
	if (before >= 0)
		n->removed[before]++;
	if (after >= 0)
		n->added[after]++;
}

/* The lists are sorted and have no prefix twice. */
static void compare_v4(const struct counts *n, const struct sw_rule_list *a,
		       const struct sw_rule_list *b)
{
	size_t i = 0, j = 0;

	while (i < a->v4_count || j < b->v4_count) {
		__u64 x = i < a->v4_count ? a->v4[i] >> 24 : ~0ULL;
		__u64 y = j < b->v4_count ? b->v4[j] >> 24 : ~0ULL;

		note(n, x <= y ? sw_rule4_rank(a->v4[i]) : -1,
		     y <= x ? sw_rule4_rank(b->v4[j]) : -1);
		i += x <= y;
		j += y <= x;
	}
}

static int order_v6(const struct sw_rule6 *x, const struct sw_rule6 *y)
{
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return (int)x->length - (int)y->length;
}

static void compare_v6(const struct counts *n, const struct sw_rule_list *a,
		       const struct sw_rule_list *b)
{
	size_t i = 0, j = 0;

	while (i < a->v6_count || j < b->v6_count) {
		int order = i == a->v6_count   ? 1
			    : j == b->v6_count ? -1
					       : order_v6(&a->v6[i], &b->v6[j]);

		note(n, order <= 0 ? a->v6[i].rank : -1, order >= 0 ? b->v6[j].rank : -1);
		i += order <= 0;
		j += order >= 0;
	}
}

void sw_kept_compare(const struct sw_kept *before, const struct sw_kept *after, __u64 *added,
		     __u64 *removed)
{
	static const struct sw_rule_list none;
	struct counts counts = { .added = added, .removed = removed };
	int kind;

	match_names(before, after, &counts);
	memset(added, 0, SW_MAX_FEEDS * sizeof(*added));
	memset(removed, 0, SW_MAX_FEEDS * sizeof(*removed));
	for (kind = 0; kind < SW_KINDS; kind++) {
		const struct sw_rule_list *a = before->rules ? &before->rules->kind[kind] : &none;
		const struct sw_rule_list *b = &after->rules->kind[kind];

		compare_v4(&counts, a, b);
		compare_v6(&counts, a, b);
	}
}

static bool is_operators(const char *name)
{
	return !strncmp(name, SW_OPERATOR_FEED, strlen(SW_OPERATOR_FEED));
}

/* Feeds keep their places, those of the operator's own lists stand behind them. */
static int check_feeds(const struct sw_kept *kept, const struct sw_config *config, size_t *feeds)
{
	size_t i;

	for (i = 0; i < kept->feeds && !is_operators(kept->feed[i].name); i++) {
		if (i >= config->feeds || strcmp(kept->feed[i].name, config->feed[i].name) ||
		    kept->feed[i].kind != config->feed[i].kind)
			return -EINVAL;
	}
	*feeds = i;
	for (; i < config->feeds; i++) {
		if (!is_operators(config->feed[i].name))
			return -EINVAL;
	}
	return 0;
}

static int copy_list(const struct sw_rule_list *from, size_t feeds, struct sw_rule_list *to)
{
	size_t i;

	to->v4 = malloc(from->v4_count * sizeof(*to->v4) + 1);
	to->v6 = malloc(from->v6_count * sizeof(*to->v6) + 1);
	if (!to->v4 || !to->v6)
		return -ENOMEM;
	to->v4_room = from->v4_count;
	to->v6_room = from->v6_count;
	for (i = 0; i < from->v4_count; i++) {
		if (sw_rule4_rank(from->v4[i]) < feeds)
			to->v4[to->v4_count++] = from->v4[i];
	}
	for (i = 0; i < from->v6_count; i++) {
		if (from->v6[i].rank < feeds)
			to->v6[to->v6_count++] = from->v6[i];
	}
	return 0;
}

/* What was checked when it was entered. */
static int add_operators(const struct sw_config *config, size_t rank, struct sw_rules *rules)
{
	const struct sw_feed_config *feed = &config->feed[rank];
	size_t i, j;
	int err = 0;

	for (i = 0; i < feed->entries; i++) {
		for (j = 0; j < feed->entry[i].prefixes && !err; j++) {
			err = sw_rule_list_add(&rules->kind[feed->kind], &feed->entry[i].prefix[j],
					       rank);
			rules->feed[rank].prefixes++;
		}
	}
	return err;
}

int sw_kept_rules(const struct sw_kept *kept, const struct sw_config *config, struct sw_rules **out,
		  struct sw_error *error)
{
	struct sw_rules *rules;
	size_t feeds, i;
	int kind, err;

	if (check_feeds(kept, config, &feeds))
		return sw_fail(error, -EINVAL, "%s: its feeds are not those that were kept with it",
			       config->path);
	rules = sw_rules_new(config);
	err = rules ? 0 : -ENOMEM;
	for (kind = 0; kind < SW_KINDS && !err; kind++)
		err = copy_list(&kept->rules->kind[kind], feeds, &rules->kind[kind]);
	for (i = 0; i < config->feeds && !err; i++) {
		if (i >= feeds) {
			err = add_operators(config, i, rules);
			continue;
		}
		rules->feed[i].prefixes = kept->feed[i].prefixes;
		rules->feed[i].source.modified_s = kept->feed[i].modified_s;
		rules->feed[i].source.read_s = kept->feed[i].read_s;
		rules->feed[i].source.checked_s = kept->feed[i].read_s;
	}
	if (!err)
		err = sw_rule_ends_apply(kept->end, kept->ends, feeds, sw_wall_ms() / 1000, rules);
	if (err) {
		sw_rules_free(rules);
		return sw_fail(error, err, "no memory for what was kept");
	}
	*out = rules;
	return 0;
}
