/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Good copies: every feed that was read well is kept as STATE_DIR/feeds/NAME, a
 * binary file of our own that is mapped and used as it lies there:
 *
 *	struct sw_copy_header	what it is a copy of, counts, digests
 *	path of the source	with its NUL, padded to 8 bytes, as all parts are
 *	__u64[v4]		IPv4 entries, as sw_copy4() makes them, ascending
 *	struct sw_copy6[v6]	IPv6 entries, ascending
 *	struct sw_copy_about[v4 + v6]	where each entry comes from
 *	__u64[untils]		Unix time at which each ends; 0: never. There are
 *				v4 + v6 of them, or none if no entry has an end
 *	tags			texts with their NULs; the first is empty
 *
 * Only the first line of equal entries is kept; what the source excludes has
 * been taken out. The file is in the machine's byte order, and written anew, never
 * changed: whoever has it mapped goes on reading the old one.
 */
#ifndef SPAMWEIR_FEED_COPY_LAYOUT_H
#define SPAMWEIR_FEED_COPY_LAYOUT_H

#include "base/file.h"
#include "feed/feed.h"

#define SW_COPY_MAGIC "SPWEIRFC"
#define SW_COPY_VERSION 2
#define SW_DIGEST_SIZE 16	  /* XXH3, 128 bits */
#define SW_COPY_DIRECTORY "feeds" /* of STATE_DIR */
#define SW_COPY_TAG_MAX SW_FEED_ABOUT_MAX

/* The options by which one and the same file becomes another copy. */
struct sw_copy_options {
	__u32 format;
	__u32 min_count;
	__u32 max_entries[SW_FAMILIES];
	__u8 max_width[SW_FAMILIES];
	__u8 may_be_empty;
	__u32 fields; /* a digest of the feed's `csv` or `json`; 0: it has none */
};

struct sw_copy_header {
	char magic[8];
	__u32 version;
	__u32 header_size;
	__u64 size;    /* of the whole file */
	__u64 read_ns; /* Unix time, just before the source was: by the clock of files */
	struct sw_file_id source;
	struct sw_copy_options options;
	__u8 pad[(8 - sizeof(struct sw_copy_options) % 8) % 8];
	struct sw_feed_report report;
	__u64 v4, v6, untils;	    /* entries */
	__u64 path_size, tags_size; /* bytes, NULs included */
	__u64 v4_lengths;	    /* bit by prefix length that some entry has */
	__u64 v6_lengths[3];
	__u64 covers;			    /* IPv4 addresses that its entries cover */
	__u64 accepted;			    /* as many as a person has accepted; 0: none has */
	__u8 digest[SW_DIGEST_SIZE];	    /* of what follows the header */
	__u8 header_digest[SW_DIGEST_SIZE]; /* of the header, this one 0 */
};

struct sw_copy6 {
	__u64 hi;
	__u64 lo;
	__u64 length;
};

struct sw_copy_about {
	__u32 line;
	__u32 tag; /* offset among the tags; 0: none */
};

/* A copy, read-only: a mapped file, or memory that sw_feed_copy_read has made.
 * All else points into it. Zeroes are no copy; released by sw_feed_copy_close. */
struct sw_feed_copy {
	const struct sw_copy_header *header;
	const char *path;
	const __u64 *v4;
	const struct sw_copy6 *v6;
	const struct sw_copy_about *v4_about, *v6_about;
	const __u64 *v4_until, *v6_until; /* NULL: nothing ends */
	const char *tags;
	size_t size; /* of the mapping that begins at `header` */
};

/* address << 32 | length << 24: sorted as numbers, prefixes stand in address
 * order, the wider first. */
static inline __u64 sw_copy4(__u32 address, __u8 length)
{
	return (__u64)address << 32 | (__u64)length << 24;
}

static inline struct sw_prefix sw_copy4_prefix(__u64 entry)
{
	return (struct sw_prefix){ entry >> 32, SW_IPV4, entry >> 24 };
}

static inline struct sw_prefix sw_copy6_prefix(const struct sw_copy6 *entry)
{
	return (struct sw_prefix){ (sw_u128)entry->hi << 64 | entry->lo, SW_IPV6, entry->length };
}

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

/* STATE_DIR/feeds/NAME: the caller's to free. NULL: no memory. */
char *sw_copy_path(const char *state_dir, const char *name);

/* The digest of all that follows the header. */
void sw_copy_digest_rest(const struct sw_copy_header *header, __u8 *out);

/* Sets the header's digest, and with `all` first that of the whole file, which
 * lies there from the header on. */
void sw_copy_digests(struct sw_copy_header *header, bool all);

_Static_assert(sizeof(struct sw_copy_header) % 8 == 0, "all parts are aligned to 8 bytes");

#endif
