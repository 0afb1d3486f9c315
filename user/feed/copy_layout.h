/* SPDX-License-Identifier: GPL-2.0 */
/* What those who read and those who write good copies share. */
#ifndef SPAMWEIR_FEED_COPY_LAYOUT_H
#define SPAMWEIR_FEED_COPY_LAYOUT_H

#include "feed/copy.h"

#define SW_COPY_MOST (1ULL << 32) /* entries: sums of sizes stay far from wrapping */

/* Offsets of the parts. */
struct sw_copy_layout {
	__u64 path, v4, v6, about, untils, tags, size;
};

static inline struct sw_copy_layout sw_copy_lay_out(const struct sw_copy_header *header)
{
	struct sw_copy_layout layout = { .path = sizeof(*header) };

	layout.v4 = layout.path + ((header->path_size + 7) & ~7ULL);
	layout.v6 = layout.v4 + header->v4 * sizeof(__u64);
	layout.about = layout.v6 + header->v6 * sizeof(struct sw_copy6);
	layout.untils = layout.about + (header->v4 + header->v6) * sizeof(struct sw_copy_about);
	layout.tags = layout.untils + header->untils * sizeof(__u64);
	layout.size = layout.tags + ((header->tags_size + 7) & ~7ULL);
	return layout;
}

/* Their order: by address, the wider first. */
static inline int sw_copy6_compare(const struct sw_copy6 *a, const struct sw_copy6 *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return a->length < b->length ? -1 : a->length > b->length;
}

/* Points at the parts behind a header that is sound. */
void sw_copy_point(struct sw_feed_copy *copy, const struct sw_copy_header *header);

/* Sets the header's digest, and with `all` first that of the whole file, which
 * lies there from the header on. */
void sw_copy_digests(struct sw_copy_header *header, bool all);

/* Without padding of chance content: it is compared as bytes. */
struct sw_copy_options sw_copy_options(const struct sw_feed_config *feed);

/* The feed's path, absolute: the caller's to free. NULL: no memory. */
char *sw_copy_source(const struct sw_feed_config *feed);

_Static_assert(sizeof(struct sw_copy_header) % 8 == 0, "all parts are aligned to 8 bytes");

#endif
