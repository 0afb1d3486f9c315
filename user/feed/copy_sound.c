// SPDX-License-Identifier: GPL-2.0
#include "feed/copy_sound.h"

#include "base/both.h"

/* Some of the entries, and what they are. */
struct look {
	const struct sw_feed_copy *copy;
	__u64 from, to;
	bool sound;
	/* IPv4 addresses that they cover, and the one behind the last of those. */
	__u64 covers, behind;
};

/* There may be millions of entries, nearly all sound: so it is done in one go, and to the end. */
static void look_at_v4(void *ctx)
{
	struct look *look = ctx;
	const struct sw_copy_header *header = look->copy->header;
	__u64 first, last, length, hosts, lengths = 0, covers = 0, behind = 0, wrong = 0, i;
	const __u64 *entry = look->copy->v4;

	for (i = look->from; i < look->to; i++) {
		first = entry[i] >> 32;
		length = entry[i] >> 24 & 255;
		hosts = 0xffffffffULL >> (length & 63);
		wrong |= (entry[i] & 0xffffff) | (first & hosts) | (length > 32);
		wrong |= i && entry[i - 1] >= entry[i];
		wrong |= look->copy->v4_about[i].tag >= header->tags_size;
		lengths |= 1ULL << (length & 63);
		last = first | hosts;
		if (last < behind)
			continue; /* within one before */
		covers += last + 1 - first;
		behind = last + 1;
	}
	look->sound = !wrong && !(lengths & ~header->v4_lengths);
	look->covers = covers;
	look->behind = behind;
}

/* What of the second half's first entries lies within the first half's last is covered once. */
static __u64 covered_by_both(const struct look *first, const struct look *second)
{
	struct look within = *second;

	within.to = within.from;
	while (within.to < second->to && second->copy->v4[within.to] >> 32 < first->behind)
		within.to++;
	look_at_v4(&within);
	return within.covers;
}

#define MANY (1U << 19) /* entries, worth a thread */

static bool are_v4_sound(const struct sw_feed_copy *copy)
{
	const __u64 count = copy->header->v4;
	struct look first = { copy, 0, count / 2, false, 0, 0 }, second;

	second = first;
	second.from = first.to;
	second.to = count;
	if (count < MANY) {
		look_at_v4(&first);
		look_at_v4(&second);
	} else {
		sw_do_both(look_at_v4, &first, &second);
	}
	return first.sound && second.sound &&
	       first.covers + second.covers - covered_by_both(&first, &second) ==
		       copy->header->covers;
}

static bool is_clean6(const struct sw_copy6 *entry, const __u64 *lengths)
{
	struct sw_prefix prefix = sw_copy6_prefix(entry);

	return entry->length <= 128 && lengths[entry->length / 64] >> entry->length % 64 & 1 &&
	       !sw_prefix_clear_host_bits(&prefix);
}

static bool are_v6_sound(const struct sw_feed_copy *copy)
{
	const struct sw_copy_header *header = copy->header;
	__u64 i;

	for (i = 0; i < header->v6; i++) {
		if (!is_clean6(&copy->v6[i], header->v6_lengths) ||
		    copy->v6_about[i].tag >= header->tags_size ||
		    (i && sw_copy6_compare(&copy->v6[i - 1], &copy->v6[i]) >= 0))
			return false;
	}
	return true;
}

bool sw_copy_is_in_order(const struct sw_feed_copy *copy)
{
	return are_v4_sound(copy) && are_v6_sound(copy);
}
