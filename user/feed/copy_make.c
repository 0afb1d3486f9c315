// SPDX-License-Identifier: GPL-2.0
#include "feed/copy_make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/both.h"
#include "base/clock.h"
#include "base/file_clock.h"
#include "base/memory.h"
#include "feed/copy_fill.h"
#include "feed/copy_layout.h"
#include "feed/copy_source.h"
#include "feed/halves.h"
#include "feed/items.h"
#include "feed/items_finish.h"
#include "feed/items_join.h"
#include "feed/parse.h"

#define LONG_TEXT (256U << 10) /* bytes */

struct collecting {
	struct sw_items *items;
	const char *text; /* as far as it is not released */
};

static void pass(void *ctx, const char *at)
{
	struct collecting *c = ctx;

	c->text = sw_release(c->text, at);
}

static int take(void *ctx, const struct sw_feed_entry *entry)
{
	struct sw_items *items = ((struct collecting *)ctx)->items;
	struct sw_copy_about about = { .line = entry->line };
	int err = sw_items_tag(items, entry->about.at, entry->about.size, &about.tag);

	if (!err && entry->until)
		err = sw_items_end(items, entry->until, &about.tag);
	return err ? err : sw_items_add(items, &entry->prefix, about);
}

static int take_bare(void *ctx, __u32 address, __u8 length, __u32 line)
{
	return sw_items_add4(((struct collecting *)ctx)->items, address, length, line);
}

static int exclude(void *ctx, const struct sw_prefix *prefix, __u32 line, enum sw_exclusion rule)
{
	return sw_items_exclude(((struct collecting *)ctx)->items, prefix, line, rule);
}

static int make_copy(const struct sw_feed_config *feed, const struct sw_file_id *id, __u64 read_ns,
		     struct sw_items *items, const struct sw_feed_report *report,
		     const struct sw_copy_out *out)
{
	char *source = sw_copy_source(feed);
	struct sw_copy_header header;
	int err;

	if (!source)
		return -ENOMEM;
	memset(&header, 0, sizeof(header));
	memcpy(header.magic, SW_COPY_MAGIC, sizeof(header.magic));
	header.version = SW_COPY_VERSION;
	header.header_size = sizeof(header);
	header.read_ns = read_ns;
	header.source = *id;
	header.options = sw_copy_options(feed);
	header.report = *report;
	header.v4 = items->v4_count;
	header.v6 = items->v6_count;
	header.untils = items->ends ? header.v4 + header.v6 : 0;
	header.path_size = strlen(source) + 1;
	header.tags_size = items->tags_size ?: 1;
	err = sw_copy_fill(items, &header, source, out);
	free(source);
	return err;
}

/* What was fetched is as old as the fetch; what another clock has dated in the future, too. */
static __u64 as_of_s(const struct sw_file *file, __u64 read_ns)
{
	__u64 modified_ns = file->id.modified_ns;

	return (modified_ns && modified_ns < read_ns ? modified_ns : read_ns) / 1000000000;
}

static struct sw_feed_sink sink_of(const struct sw_file *file, __u64 read_ns,
				   struct collecting *collecting)
{
	return (struct sw_feed_sink){
		.emit = take,
		.bare = take_bare,
		.exclude = exclude,
		.passed = collecting->text ? pass : NULL,
		.ctx = collecting,
		.as_of_s = as_of_s(file, read_ns),
		.now_s = sw_wall_ms() / 1000,
	};
}

/* Each half of a long list for itself. -EAGAIN: it has to be taken whole. */
static int collect_halves(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
			  struct sw_items *items, struct sw_feed_report *report)
{
	const __u32 most = sw_feed_most_entries(feed, SW_IPV4);
	struct sw_items more = { 0 };
	struct collecting first = { .items = items }, second = { .items = &more };
	const struct sw_feed_sink sink[2] = {
		sink_of(file, read_ns, &first),
		sink_of(file, read_ns, &second),
	};
	__u32 before = 0;
	int err;

	sw_items_expect(items, file->size / 2, most);
	sw_items_expect(&more, file->size / 2, most);
	err = sw_feed_parse_halves(feed, file->text, file->size, sink, report, &before);
	if (err || report->lines >= SW_ITEM4_PLACES) {
		sw_items_free(items);
		sw_items_free(&more);
		return -EAGAIN;
	}
	sw_file_unmap(file);
	return sw_items_join(items, &more, before);
}

static int collect_whole(const struct sw_feed_config *feed, const struct sw_file *file,
			 __u64 read_ns, struct sw_items *items, struct sw_feed_report *report,
			 struct sw_error *error)
{
	struct collecting collecting = { items, file->text };
	const struct sw_feed_sink sink = sink_of(file, read_ns, &collecting);

	sw_items_expect(items, file->size, sw_feed_most_entries(feed, SW_IPV4));
	return sw_feed_parse(feed, file->text, file->size, &sink, report, error);
}

/* The text goes before the entries are sorted: it is as large as they are. */
static int collect(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
		   struct sw_items *items, struct sw_feed_report *report, struct sw_error *error)
{
	int err = -EAGAIN;

	if (file->size >= LONG_TEXT && sw_own_cpus() > 1)
		err = collect_halves(feed, file, read_ns, items, report);
	if (err == -EAGAIN)
		err = collect_whole(feed, file, read_ns, items, report, error);
	sw_file_unmap(file);
	return err;
}

static int finish(const struct sw_feed_config *feed, struct sw_items *items, struct sw_error *error)
{
	const __u32 most[SW_FAMILIES] = {
		[SW_IPV4] = sw_feed_most_entries(feed, SW_IPV4),
		[SW_IPV6] = sw_feed_most_entries(feed, SW_IPV6),
	};
	int err = sw_items_finish(items, most);

	if (err == -E2BIG)
		return sw_fail(error, -EINVAL,
			       "%s: with what is excluded taken out, more entries are left than "
			       "max_entries allows",
			       sw_feed_source(feed));
	return err;
}

static int make(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
		const struct sw_copy_out *out, struct sw_items *items,
		struct sw_feed_report *report, struct sw_error *error)
{
	struct sw_file_id id = file->id;
	int err = collect(feed, file, read_ns, items, report, error);

	if (!err)
		err = finish(feed, items, error);
	return err ? err : make_copy(feed, &id, read_ns, items, report, out);
}

int sw_feed_copy_make_into(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
			   const struct sw_copy_out *out, struct sw_feed_report *report,
			   struct sw_error *error)
{
	struct sw_items items = { 0 };
	int err;

	*report = (struct sw_feed_report){ .format = feed->format };
	err = make(feed, file, read_ns, out, &items, report, error);
	sw_items_free(&items);
	return err;
}

/* Where a copy grows in memory, behind the room for its header. */
struct growing {
	char *memory;
	size_t size, at;
};

static int begin(void *ctx, const struct sw_feed_report *report, __u64 size)
{
	struct growing *growing = ctx;
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)report;
	if (memory == MAP_FAILED)
		return -ENOMEM;
	sw_prefer_huge(memory, size);
	*growing = (struct growing){ memory, size, sizeof(struct sw_copy_header) };
	return 0;
}

static int put(void *ctx, const void *bytes, size_t size)
{
	struct growing *growing = ctx;

	if (growing->at == growing->size)
		growing->at = 0;
	memcpy(growing->memory + growing->at, bytes, size);
	growing->at += size;
	return 0;
}

int sw_feed_copy_make(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
		      struct sw_feed_copy *copy, struct sw_feed_report *report,
		      struct sw_error *error)
{
	struct growing growing = { 0 };
	const struct sw_copy_out out = { begin, put, &growing };
	int err = sw_feed_copy_make_into(feed, file, read_ns, &out, report, error);

	*copy = (struct sw_feed_copy){ 0 };
	if (!err)
		sw_copy_point(copy, (const struct sw_copy_header *)growing.memory);
	else if (growing.memory)
		munmap(growing.memory, growing.size);
	return err;
}

int sw_feed_copy_read(const struct sw_feed_config *feed, struct sw_feed_copy *copy,
		      struct sw_feed_report *report, struct sw_error *error)
{
	__u64 read_ns = sw_file_clock_ns();
	struct sw_file file;
	int err = sw_file_map(feed->path, &file, error);

	*copy = (struct sw_feed_copy){ 0 };
	*report = (struct sw_feed_report){ .format = feed->format };
	return err ? err : sw_feed_copy_make(feed, &file, read_ns, copy, report, error);
}

void sw_feed_copy_accept(struct sw_feed_copy *copy, __u64 accepted)
{
	((struct sw_copy_header *)copy->header)->accepted = accepted;
}
