// SPDX-License-Identifier: GPL-2.0
#include "run/route_refill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/prefix.h"
#include "report/textfile.h"

#define MOST_S 60

static char *mark_of(const struct sw_feed_config *feed)
{
	char *path;

	return asprintf(&path, "%s.filling", feed->path) < 0 ? NULL : path;
}

static int print_nothing(void *ctx, FILE *out)
{
	(void)ctx, (void)out;
	return 0;
}

void sw_refill_begin(const struct sw_feed_config *feed)
{
	char *mark = mark_of(feed);

	if (mark && feed->routes.hold_s && !access(feed->path, F_OK))
		sw_textfile_write(mark, print_nothing, NULL, NULL);
	free(mark);
}

void sw_refill_end(const struct sw_feed_config *feed)
{
	char *mark = mark_of(feed);

	if (mark)
		unlink(mark);
	free(mark);
}

/* A mark that is dated in the future was made by another clock. */
__s64 sw_refill_until(const struct sw_feed_config *feed)
{
	__s64 hold_s = feed->routes.hold_s, now = sw_wall_ms(), since;
	char *mark = mark_of(feed);
	struct sw_file_id id;
	bool fills = mark && !sw_file_identify(mark, &id);

	free(mark);
	if (!fills)
		return 0;
	since = id.modified_ns / 1000000;
	if (since > now)
		return 0;
	since += (hold_s < MOST_S ? hold_s : MOST_S) * 1000;
	return since > now ? since : 0;
}

/* One of the two lists, line by line. */
struct lines {
	const char *at, *end;
	size_t length; /* of the line there, with its end; 0: there is none left */
	struct sw_prefix prefix;
};

/* Goes to the next that has a prefix, from where it stands. */
static void seek(struct lines *lines)
{
	for (; lines->at < lines->end; lines->at += lines->length) {
		const char *newline = memchr(lines->at, '\n', lines->end - lines->at);

		lines->length = (newline ? newline + 1 : lines->end) - lines->at;
		if (newline &&
		    !sw_prefix_parse(lines->at, strcspn(lines->at, " \n"), &lines->prefix))
			return;
	}
	lines->length = 0;
}

static void next(struct lines *lines)
{
	lines->at += lines->length;
	seek(lines);
}

static void take(struct lines *from, char **to)
{
	memcpy(*to, from->at, from->length);
	*to += from->length;
	next(from);
}

/* By both, the line is that of the table. Its head stands before its first prefix. */
static size_t merge(struct lines *now, struct lines *then, char *out)
{
	const char *head = now->at;
	char *to = out;

	seek(now);
	seek(then);
	to = mempcpy(to, head, now->at - head);
	while (now->length || then->length) {
		int order = !now->length    ? 1
			    : !then->length ? -1
					    : sw_prefix_compare(&now->prefix, &then->prefix);

		if (order <= 0)
			take(now, &to);
		else
			take(then, &to);
		if (!order)
			next(then);
	}
	return to - out;
}

int sw_refill_join(const struct sw_feed_config *feed, char **text, size_t *size)
{
	struct lines now = { .at = *text, .end = *text + *size };
	struct sw_mapping file;
	struct lines then;
	char *joined;
	int err = sw_mapping_open(feed->path, &file, NULL);

	if (err)
		return err == -ENOENT ? 0 : err;
	then = (struct lines){ .at = file.at, .end = file.at + file.size };
	joined = malloc(*size + file.size + 1);
	if (joined) {
		*size = merge(&now, &then, joined);
		free(*text);
		*text = joined;
	}
	sw_mapping_close(&file);
	return joined ? 0 : -ENOMEM;
}
