// SPDX-License-Identifier: GPL-2.0
/* From a config's feeds to rules, with a warning of what was left out. */
#include "policy/rules_read.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "policy/own.h"

#define EXAMPLES 3 /* of what was left out, a feed */

/* One feed on its way in. */
struct intake {
	const struct sw_config *config;
	const struct sw_feed_config *feed;
	const struct sw_own *own; /* NULL: the feed may list it */
	struct sw_feed_state *state;
	struct sw_rule_list *list;
	const char *source; /* of the lines that come now: a path */
	__u8 rank;
	unsigned examples;
	struct {
		struct sw_prefix prefix;
		const char *source;
		__u32 line;
	} first_own; /* if state->own */
};

static int take(void *ctx, const struct sw_prefix *prefix, __u32 line, const char *tag,
		size_t tag_size)
{
	struct intake *intake = ctx;
	int err;

	(void)tag;
	(void)tag_size;
	if (intake->own && sw_own_overlaps(intake->own, prefix)) {
		if (!intake->state->own++) {
			intake->first_own.prefix = *prefix;
			intake->first_own.source = intake->source;
			intake->first_own.line = line;
		}
		return 0;
	}
	err = sw_rule_list_add(intake->list, prefix, intake->rank);
	if (!err)
		intake->state->prefixes++;
	return err;
}

static int read_file(struct intake *intake, struct sw_error *error)
{
	__attribute__((cleanup(sw_file_unmap))) struct sw_file file = { 0 };
	int err = sw_file_map(intake->feed->path, &file, error);

	if (err)
		return err;
	intake->source = intake->feed->path;
	intake->state->modified_s = file.modified_s;
	return sw_feed_parse(intake->feed, file.text, file.size, take, intake,
			     &intake->state->report, error);
}

static void show_example(struct intake *intake, __u32 line, const char *text, const char *why)
{
	if (intake->examples++ < EXAMPLES)
		sw_warn("%s:%u: \"%s\" is left out: %s", intake->source, line, text, why);
}

static bool is_wide(const struct sw_feed_config *feed, const struct sw_entry_config *entry)
{
	size_t i;

	for (i = 0; i < entry->prefixes; i++) {
		if (entry->prefix[i].length < feed->max_width[entry->prefix[i].family])
			return true;
	}
	return false;
}

static int take_inline(struct intake *intake, const struct sw_entry_config *entry)
{
	char quoted[80];
	size_t i;
	int err = 0;

	if (is_wide(intake->feed, entry)) {
		intake->state->report.wide++;
		show_example(intake, entry->line,
			     sw_quote(quoted, sizeof(quoted), entry->text, strlen(entry->text)),
			     "it is wider than max_width allows");
		return 0;
	}
	for (i = 0; i < entry->prefixes && !err; i++)
		err = take(intake, &entry->prefix[i], entry->line, NULL, 0);
	return err;
}

static void warn_of_lines(struct intake *intake)
{
	const struct sw_feed_report *report = &intake->state->report;
	char why[160];
	__u32 i;

	for (i = 0; i < report->bads; i++) {
		snprintf(why, sizeof(why), "expected %s", report->kept[i].expected);
		show_example(intake, report->kept[i].line, report->kept[i].text, why);
	}
}

static void warn_of_sums(const struct intake *intake)
{
	const struct sw_feed_report *report = &intake->state->report;
	char text[SW_PREFIX_TEXT];

	if (intake->state->own)
		sw_warn("%s:%u: %s is left out: it lies in own space (may_list_own: true takes it)",
			intake->first_own.source, intake->first_own.line,
			sw_prefix_format(&intake->first_own.prefix, text));
	if (report->bad || report->wide || intake->state->own)
		sw_warn("feed %s: left out in all: %u bad lines, %u too wide, %u in own space",
			intake->feed->name, report->bad, report->wide, intake->state->own);
	if (report->host_bits)
		sw_warn("feed %s: host bits cleared in %u entries", intake->feed->name,
			report->host_bits);
}

static int read_feed(struct intake *intake, struct sw_error *error)
{
	size_t i;
	int err;

	if (intake->feed->path) {
		err = read_file(intake, error);
		if (err)
			return err;
		warn_of_lines(intake);
	}
	intake->source = intake->config->path;
	for (i = 0; i < intake->feed->entries; i++) {
		err = take_inline(intake, &intake->feed->entry[i]);
		if (err)
			return err;
	}
	warn_of_sums(intake);
	return 0;
}

static bool is_guarded(const struct sw_feed_config *feed)
{
	return (feed->kind == SW_KIND_CNC || feed->kind == SW_KIND_ZOMBIE) && !feed->may_list_own;
}

/* Reads the feeds that are, or are not, of own space. */
static int read_feeds(const struct sw_config *config, bool own_space, const struct sw_own *own,
		      struct sw_rules *rules, size_t *failed_feed, struct sw_error *error)
{
	size_t i;
	int err;

	for (i = 0; i < config->feeds; i++) {
		const struct sw_feed_config *feed = &config->feed[i];
		struct intake intake = {
			.config = config,
			.feed = feed,
			.own = is_guarded(feed) ? own : NULL,
			.state = &rules->feed[i],
			.list = &rules->kind[feed->kind],
			.rank = i,
		};

		if ((feed->kind == SW_KIND_OWN) != own_space)
			continue;
		err = read_feed(&intake, error);
		if (err == -ENOMEM)
			sw_fail(error, err, "feed %s: no memory for its entries", feed->name);
		if (err) {
			*failed_feed = i;
			return err;
		}
	}
	return 0;
}

static struct sw_rules *new_rules(size_t feeds)
{
	struct sw_rules *rules = calloc(1, sizeof(*rules));

	if (!rules)
		return NULL;
	rules->feed = calloc(feeds + 1, sizeof(*rules->feed));
	rules->feeds = feeds;
	if (!rules->feed) {
		free(rules);
		return NULL;
	}
	return rules;
}

static void free_rules(struct sw_rules **rules)
{
	sw_rules_free(*rules);
}

int sw_rules_read(const struct sw_config *config, struct sw_rules **out, size_t *failed_feed,
		  struct sw_error *error)
{
	__attribute__((cleanup(free_rules))) struct sw_rules *rules = NULL;
	__attribute__((cleanup(sw_own_free))) struct sw_own own = { 0 };
	size_t i;
	int err;

	*failed_feed = SIZE_MAX;
	if (config->feeds >= SW_MAX_FEEDS)
		return sw_fail(error, -EINVAL, "%s: %zu feeds (expected at most %u)", config->path,
			       config->feeds, SW_MAX_FEEDS - 1);
	rules = new_rules(config->feeds);
	if (!rules)
		return sw_fail(error, -ENOMEM, "no memory for the feeds");
	for (i = 0; i < config->feeds; i++)
		rules->monitor[i] = config->feed[i].monitor;
	err = read_feeds(config, true, NULL, rules, failed_feed, error);
	if (err)
		return err;
	if (sw_own_build(&rules->kind[SW_KIND_OWN], &own))
		return sw_fail(error, -ENOMEM, "no memory for own space");
	err = read_feeds(config, false, &own, rules, failed_feed, error);
	if (err)
		return err;
	*out = rules;
	rules = NULL;
	return 0;
}
