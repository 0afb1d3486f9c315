// SPDX-License-Identifier: GPL-2.0
#include "policy/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/copy_find.h"
#include "feed/copy_make.h"
#include "policy/guard.h"
#include "policy/intake.h"

struct matches {
	struct sw_match *match;
	size_t count;
	const struct sw_feed_config *feed; /* the one that is looked into */
	const struct sw_feed_copy *copy;
	bool outdated;
};

static int add_match(struct matches *matches, const struct sw_feed_found *found)
{
	struct sw_match *grown;

	grown = reallocarray(matches->match, matches->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	matches->match = grown;
	grown += matches->count++;
	*grown = (struct sw_match){
		.prefix = found->prefix,
		.feed = matches->feed,
		.line = found->line,
		.until = found->until,
	};
	sw_printable(grown->tag, sizeof(grown->tag), found->tag);
	if (matches->copy) {
		grown->modified_s = matches->copy->header->source.modified_ns / 1000000000 ?: 1;
		grown->outdated = matches->outdated;
	}
	return 0;
}

static int match_entry(void *ctx, const struct sw_feed_found *found)
{
	return add_match(ctx, found);
}

static bool overlap(const struct sw_prefix *a, const struct sw_prefix *b)
{
	return a->family == b->family && a->address <= sw_prefix_last(b) &&
	       b->address <= sw_prefix_last(a);
}

static int match_inline(const struct sw_feed_config *feed, const struct sw_prefix *address,
			struct matches *matches)
{
	size_t i, j;
	int err = 0;

	matches->copy = NULL;
	for (i = 0; i < feed->entries; i++) {
		const struct sw_entry_config *entry = &feed->entry[i];
		struct sw_feed_found found = { .line = entry->line, .tag = "" };

		if (sw_entry_is_wide(feed, entry))
			continue;
		for (j = 0; j < entry->prefixes && !err; j++) {
			found.prefix = entry->prefix[j];
			if (overlap(&entry->prefix[j], address))
				err = add_match(matches, &found);
		}
	}
	return err;
}

/* The good copy; or, where none could be kept, the file itself. */
static int open_copy(const struct sw_reading *reading, const struct sw_feed_config *feed,
		     struct sw_feed_copy *copy)
{
	struct sw_error why = { 0 };
	int err = -ENOENT;

	if (reading->state_dir)
		err = sw_feed_copy_open(reading->state_dir, feed, SW_COPY_LOOK, copy, &why);
	if (!err || err == -ENOMEM)
		return err;
	if (err != -ENOENT && !reading->told)
		sw_warn("feed %s: %s", feed->name, why.text);
	err = sw_source_read(reading, feed, copy, &why);
	if (err && err != -ENOMEM && !reading->told)
		sw_warn("%s; so no entries of feed %s are shown", why.text, feed->name);
	return err;
}

static int match_feed(const struct sw_reading *reading, const struct sw_feed_config *feed,
		      const struct sw_prefix *address, struct matches *matches)
{
	struct sw_feed_copy copy;
	int err;

	matches->feed = feed;
	err = match_inline(feed, address, matches);
	if (err || !sw_feed_has_list(feed))
		return err;
	err = open_copy(reading, feed, &copy);
	if (err)
		return err == -ENOMEM ? err : 0;
	matches->copy = &copy;
	matches->outdated = !feed->url && sw_feed_copy_is_outdated(&copy);
	err = sw_feed_copy_find(&copy, address, match_entry, matches);
	matches->copy = NULL;
	sw_feed_copy_close(&copy);
	return err;
}

static bool feed_overlaps(const struct sw_reading *reading, const struct sw_feed_config *feed,
			  const struct sw_prefix *prefix)
{
	struct sw_feed_copy copy;
	bool does;
	size_t i, j;

	for (i = 0; i < feed->entries; i++) {
		for (j = 0; j < feed->entry[i].prefixes; j++) {
			if (overlap(&feed->entry[i].prefix[j], prefix))
				return true;
		}
	}
	if (!sw_feed_has_list(feed) || !reading->state_dir ||
	    sw_feed_copy_open(reading->state_dir, feed, SW_COPY_LOOK, &copy, NULL))
		return false;
	does = sw_feed_copy_overlaps(&copy, prefix);
	sw_feed_copy_close(&copy);
	return does;
}

static bool is_own(const struct sw_config *config, const struct sw_reading *reading,
		   const struct sw_prefix *prefix)
{
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].kind == SW_KIND_OWN &&
		    feed_overlaps(reading, &config->feed[i], prefix))
			return true;
	}
	return false;
}

/* Whether the entry was left out when it was read. */
static int is_left_out(const struct sw_config *config, const struct sw_reading *reading,
		       const struct sw_match *match, const struct sw_prefix *address, bool *out)
{
	const struct sw_feed_config *feed = match->feed;
	struct sw_guard guard;
	bool own;

	*out = false;
	if (feed->kind != SW_KIND_CNC && feed->kind != SW_KIND_ZOMBIE)
		return 0;
	own = is_own(config, reading, &match->prefix);
	*out = own && !feed->may_list_own;
	if (*out)
		return 0;
	if (sw_guard_build(match->modified_s && !own && !feed->may_list_special, reading->hosts,
			   &guard))
		return -ENOMEM;
	*out = sw_guard_takes(&guard, &match->prefix, address);
	sw_guard_free(&guard);
	return 0;
}

static int drop_left_out(const struct sw_config *config, const struct sw_reading *reading,
			 const struct sw_prefix *address, struct matches *matches)
{
	size_t i, kept = 0;
	int err = 0;
	bool out;

	for (i = 0; i < matches->count && !err; i++) {
		err = is_left_out(config, reading, &matches->match[i], address, &out);
		if (!err && !out)
			matches->match[kept++] = matches->match[i];
	}
	matches->count = kept;
	return err;
}

static int longest_first(const void *a, const void *b)
{
	const struct sw_match *x = a, *y = b;

	if (x->prefix.length != y->prefix.length)
		return (int)y->prefix.length - (int)x->prefix.length;
	if (x->feed != y->feed)
		return x->feed < y->feed ? -1 : 1;
	return (!!x->modified_s - !!y->modified_s)
		       ?: (int)(x->line > y->line) - (x->line < y->line);
}

static bool same_match(const struct sw_match *a, const struct sw_match *b)
{
	return a->feed == b->feed && a->prefix.length == b->prefix.length;
}

/* A feed may say the same twice, in its file and in the config. */
static void sort_matches(struct matches *matches)
{
	size_t i, kept = 0;

	if (!matches->count)
		return;
	qsort(matches->match, matches->count, sizeof(*matches->match), longest_first);
	for (i = 1; i < matches->count; i++) {
		if (!same_match(&matches->match[kept], &matches->match[i]))
			matches->match[++kept] = matches->match[i];
	}
	matches->count = kept + 1;
}

int sw_explain(const struct sw_config *config, const struct sw_reading *reading,
	       const struct sw_prefix *address, struct sw_explanation *out, struct sw_error *error)
{
	struct matches matches = { 0 };
	size_t i;
	int err = 0;

	*out = (struct sw_explanation){ 0 };
	for (i = 0; i < config->feeds && !err; i++) {
		matches.outdated = false;
		err = match_feed(reading, &config->feed[i], address, &matches);
		out->outdated[i] = matches.outdated;
	}
	if (!err)
		err = drop_left_out(config, reading, address, &matches);
	if (err) {
		free(matches.match);
		return sw_fail(error, err, "no memory for the feeds' entries");
	}
	sort_matches(&matches);
	out->match = matches.match;
	out->matches = matches.count;
	return 0;
}
