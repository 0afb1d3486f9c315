// SPDX-License-Identifier: GPL-2.0
#include "worker/sent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "feed/copy_layout.h"
#include "feed/copy_source.h"

#define TAG_MOST (SW_COPY_TAG_MAX + 1ULL)
#define SIZE_MOST (1ULL << 34)

static int distrust(struct sw_error *error, const char *what)
{
	return sw_fail(error, -EBADMSG,
		       "what the confined process sent is not used: %s (is it a planted bug in the "
		       "list?)",
		       what);
}

static void end_text(char *text, size_t room)
{
	text[room - 1] = '\0';
}

static bool tame(struct sw_sent *sent)
{
	struct sw_feed_report *report = &sent->report;
	__u32 i;

	end_text(sent->error.text, sizeof(sent->error.text));
	for (i = 0; i < SW_FEED_BAD_KEPT; i++) {
		end_text(report->kept[i].text, sizeof(report->kept[i].text));
		end_text(report->kept[i].expected, sizeof(report->kept[i].expected));
	}
	return (unsigned)report->format < SW_FORMATS && report->bads <= SW_FEED_BAD_KEPT &&
	       report->cut <= 1 && sent->err <= 0 && sent->err > -4096 &&
	       !sent->err == !!sent->size;
}

static __u64 most_bytes(const struct sw_feed_config *feed)
{
	__u64 v4 = sw_feed_most_entries(feed, SW_IPV4), v6 = sw_feed_most_entries(feed, SW_IPV6);
	__u64 most = (v4 + v6) * (sizeof(struct sw_copy6) + sizeof(struct sw_copy_about) +
				  sizeof(__u64) + TAG_MOST) +
		     (64 << 10);

	return most < SIZE_MOST ? most : SIZE_MOST;
}

static __u64 shorter_than(__u8 length)
{
	return length < 64 ? (1ULL << length) - 1 : ~0ULL;
}

/* No entry has a length that the header does not name: that was checked. */
static bool is_allowed(const struct sw_feed_config *feed, const struct sw_feed_copy *copy)
{
	const struct sw_copy_header *header = copy->header;
	const __u8 *widest = feed->max_width;

	return header->v4 <= sw_feed_most_entries(feed, SW_IPV4) &&
	       header->v6 <= sw_feed_most_entries(feed, SW_IPV6) &&
	       !(header->v4_lengths & shorter_than(widest[SW_IPV4])) &&
	       !(header->v6_lengths[0] & shorter_than(widest[SW_IPV6])) &&
	       (widest[SW_IPV6] <= 64 ||
		!(header->v6_lengths[1] & shorter_than(widest[SW_IPV6] - 64)));
}

static int check(const struct sw_feed_config *feed, const struct sw_sent *sent, void *memory,
		 struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_copy_header *header = memory;
	struct sw_error why = { 0 };
	char *source;
	bool same;

	if (sw_feed_copy_check(memory, sent->size, SW_COPY_SENT, copy, &why))
		return distrust(error, why.text);
	source = sw_copy_source(feed);
	if (!source)
		return -ENOMEM;
	same = !strcmp(source, copy->path);
	free(source);
	if (!same)
		return distrust(error, "it is of another list");
	if (!is_allowed(feed, copy))
		return distrust(error, "it has more than the feed may list");
	header->options = sw_copy_options(feed);
	header->report = sent->report;
	header->accepted = 0;
	return 0;
}

/* What a header tells is known last, and comes last. */
static int read_copy(struct sw_child *child, char *memory, __u64 size, struct sw_error *error)
{
	const size_t header = sizeof(struct sw_copy_header);
	int err = sw_child_read(child, memory + header, size - header, error);

	return err ? err : sw_child_read(child, memory, header, error);
}

static int take_copy(const struct sw_feed_config *feed, struct sw_child *child,
		     const struct sw_sent *sent, struct sw_feed_copy *copy, struct sw_error *error)
{
	void *memory;
	int err;

	if (sent->size < sizeof(struct sw_copy_header) || sent->size > most_bytes(feed))
		return distrust(error, "it has an impossible size");
	memory = mmap(NULL, sent->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	sw_prefer_huge(memory, sent->size);
	err = read_copy(child, memory, sent->size, error);
	if (!err)
		err = check(feed, sent, memory, copy, error);
	if (err) {
		munmap(memory, sent->size);
		*copy = (struct sw_feed_copy){ 0 };
	}
	return err;
}

int sw_sent_take(const struct sw_feed_config *feed, struct sw_child *child,
		 struct sw_feed_copy *copy, struct sw_feed_report *report, struct sw_error *error)
{
	struct sw_sent *sent = malloc(sizeof(*sent));
	int err = sent ? sw_child_read(child, sent, sizeof(*sent), error) : -ENOMEM;

	if (!err && !tame(sent))
		err = distrust(error, "its report is none");
	if (!err) {
		*report = sent->report;
		if (sent->err)
			err = sw_fail(error, sent->err, "%s", sent->error.text);
		else
			err = take_copy(feed, child, sent, copy, error);
	}
	free(sent);
	return err;
}
