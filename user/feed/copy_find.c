// SPDX-License-Identifier: GPL-2.0
#include "feed/copy_find.h"

static __u64 seek4(const struct sw_feed_copy *copy, __u64 entry)
{
	__u64 low = 0, high = copy->header->v4, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (copy->v4[middle] < entry)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool precedes(const struct sw_copy6 *a, sw_u128 address, __u64 length)
{
	sw_u128 at = sw_copy6_prefix(a).address;

	return at < address || (at == address && a->length < length);
}

static __u64 seek6(const struct sw_feed_copy *copy, sw_u128 address, __u64 length)
{
	__u64 low = 0, high = copy->header->v6, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (precedes(&copy->v6[middle], address, length))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The place of exactly this entry among its family's; -1: it is not there. */
static long long place(const struct sw_feed_copy *copy, const struct sw_prefix *entry)
{
	struct sw_in6 words = sw_to_in6(entry->address);
	__u64 at;

	if (entry->family == SW_IPV4) {
		at = seek4(copy, sw_copy4(entry->address, entry->length));
		return at < copy->header->v4 &&
				       copy->v4[at] == sw_copy4(entry->address, entry->length)
			       ? (long long)at
			       : -1;
	}
	at = seek6(copy, entry->address, entry->length);
	if (at < copy->header->v6 && copy->v6[at].hi == words.hi && copy->v6[at].lo == words.lo &&
	    copy->v6[at].length == entry->length)
		return at;
	return -1;
}

static bool has_length(const struct sw_copy_header *header, __u8 family, unsigned length)
{
	if (family == SW_IPV4)
		return header->v4_lengths >> length & 1;
	return header->v6_lengths[length / 64] >> length % 64 & 1;
}

static struct sw_feed_found describe(const struct sw_feed_copy *copy, const struct sw_prefix *entry,
				     __u64 at)
{
	bool v4 = entry->family == SW_IPV4;
	const struct sw_copy_about *about = (v4 ? copy->v4_about : copy->v6_about) + at;
	const __u64 *until = v4 ? copy->v4_until : copy->v6_until;

	return (struct sw_feed_found){
		.prefix = *entry,
		.line = about->line,
		/* A copy that was only looked at may hold anything. */
		.tag = about->tag < copy->header->tags_size ? copy->tags + about->tag : "",
		.until = until ? until[at] : 0,
	};
}

int sw_feed_copy_find(const struct sw_feed_copy *copy, const struct sw_prefix *prefix,
		      int (*visit)(void *ctx, const struct sw_feed_found *found), void *ctx)
{
	struct sw_feed_found found;
	struct sw_prefix entry;
	unsigned length;
	long long at;
	int err = 0;

	for (length = 0; length <= prefix->length && !err; length++) {
		if (!has_length(copy->header, prefix->family, length))
			continue;
		entry = (struct sw_prefix){ prefix->address, prefix->family, length };
		sw_prefix_clear_host_bits(&entry);
		at = place(copy, &entry);
		if (at < 0)
			continue;
		found = describe(copy, &entry, at);
		err = visit(ctx, &found);
	}
	return err;
}

__u64 sw_feed_copy_seek4(const struct sw_feed_copy *copy, __u32 address)
{
	return seek4(copy, sw_copy4(address, 0));
}

__u64 sw_feed_copy_seek6(const struct sw_feed_copy *copy, sw_u128 address)
{
	return seek6(copy, address, 0);
}

int sw_feed_copy_touching(const struct sw_feed_copy *copy, const struct sw_prefix *prefix,
			  int (*visit)(void *ctx, const struct sw_feed_found *found), void *ctx)
{
	bool v4 = prefix->family == SW_IPV4;
	__u64 at = v4 ? seek4(copy, sw_copy4(prefix->address, 0)) : seek6(copy, prefix->address, 0);
	__u64 end = v4 ? copy->header->v4 : copy->header->v6;
	sw_u128 last = sw_prefix_last(prefix);
	int err = sw_feed_copy_find(copy, prefix, visit, ctx);
	struct sw_feed_found found;
	struct sw_prefix entry;

	for (; at < end && !err; at++) {
		entry = v4 ? sw_copy4_prefix(copy->v4[at]) : sw_copy6_prefix(&copy->v6[at]);
		if (entry.address > last)
			break;
		if (entry.length <= prefix->length)
			continue;
		found = describe(copy, &entry, at);
		err = visit(ctx, &found);
	}
	return err;
}

static int stop(void *ctx, const struct sw_feed_found *found)
{
	(void)ctx, (void)found;
	return 1;
}

bool sw_feed_copy_overlaps(const struct sw_feed_copy *copy, const struct sw_prefix *prefix)
{
	sw_u128 last = sw_prefix_last(prefix);
	__u64 at;

	if (sw_feed_copy_find(copy, prefix, stop, NULL))
		return true;
	if (prefix->family == SW_IPV4) {
		at = seek4(copy, sw_copy4(prefix->address, 0));
		return at < copy->header->v4 && copy->v4[at] >> 32 <= last;
	}
	at = seek6(copy, prefix->address, 0);
	return at < copy->header->v6 && sw_copy6_prefix(&copy->v6[at]).address <= last;
}

__u64 sw_feed_copy_next_turn(const struct sw_feed_copy *copy, __u64 now_s)
{
	__u64 begins_s = copy->header->report.begins_s, next = begins_s > now_s ? begins_s : 0, i;

	for (i = 0; i < copy->header->untils; i++) {
		if (copy->v4_until[i] > now_s && (!next || copy->v4_until[i] < next))
			next = copy->v4_until[i];
	}
	return next;
}
