// SPDX-License-Identifier: GPL-2.0
/* From a config's feeds to rules, with a warning of what was left out. */
#include "policy/rules_read.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/both.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "feed/copy_save.h"
#include "policy/ahead.h"
#include "policy/guard.h"
#include "policy/intake.h"
#include "policy/intake_warn.h"
#include "policy/own.h"

/* One reading of all feeds under way. */
struct pass {
	const struct sw_config *config;
	const struct sw_reading *reading;
	struct sw_rules *rules;
	struct sw_own own;
	struct sw_guard hosts; /* what none may list */
	struct sw_guard guard; /* and what those may not that may not list what is special */
	size_t failed_feed;
	int failure; /* of that feed */
	struct sw_error *error;
};

static bool is_foreign(const struct sw_feed_config *feed)
{
	return feed->kind == SW_KIND_CNC || feed->kind == SW_KIND_ZOMBIE;
}

/* Nothing is published without it. */
static bool protects_people(const struct sw_feed_config *feed)
{
	return feed->kind == SW_KIND_ALLOW || feed->kind == SW_KIND_OWN;
}

static void warn_of_copy(const struct sw_feed_config *feed, const struct sw_source *source,
			 const struct sw_feed_copy *copy)
{
	char age[32];

	sw_warn("feed %s is unfit: %s; its good copy of %s ago, of %llu entries, takes its place",
		feed->name, source->unfit.text,
		sw_format_age(source->checked_s > source->read_s
				      ? source->checked_s - source->read_s
				      : 0,
			      age, sizeof(age)),
		copy->header->v4 + copy->header->v6);
}

static void fail(struct pass *pass, size_t i, int err)
{
	const struct sw_feed_config *feed = &pass->config->feed[i];
	const char *why = pass->rules->feed[i].source.unfit.text;

	if (pass->failure)
		return;
	pass->failed_feed = i;
	pass->failure = err;
	if (pass->reading->publish)
		sw_fail(pass->error, err,
			"%s; feed %s is of the kind %s, which protects people, and has no good "
			"copy: nothing is published",
			why, feed->name, sw_kind_name(feed->kind));
	else
		sw_fail(pass->error, err, "%s", why);
}

/* An unfit feed without a good copy. */
static void do_without(struct pass *pass, size_t i, int err)
{
	const struct sw_feed_config *feed = &pass->config->feed[i];
	const char *why = pass->rules->feed[i].source.unfit.text;

	if (!pass->reading->publish || protects_people(feed))
		fail(pass, i, err);
	else
		sw_warn("feed %s is unfit: %s; it %s and is LEFT OUT", feed->name, why,
			err == -ESTALE ? "is to be dropped then" : "has no good copy");
}

#define LONG_COPY (1U << 20) /* bytes, worth a thread */

struct keeping {
	const struct sw_reading *reading;
	const struct sw_feed_config *feed;
	const struct sw_feed_copy *copy;
	struct sw_source *source;
};

static void keep(void *ctx)
{
	struct keeping *keeping = ctx;

	sw_source_keep(keeping->reading, keeping->feed, keeping->copy, keeping->source);
}

/* A long copy is written while its entries are taken. */
static int take_copy(struct pass *pass, struct sw_intake *intake, const struct sw_feed_copy *copy,
		     struct sw_source *source)
{
	struct keeping keeping = { pass->reading, intake->feed, copy, source };
	struct sw_beside beside = { .work = keep, .ctx = &keeping };
	int err;

	if (!source->fresh || copy->size < LONG_COPY || !sw_beside_begin(&beside))
		keep(&keeping);
	err = sw_intake_copy(intake, copy);
	sw_beside_end(&beside);
	memcpy(intake->state->digest, copy->header->header_digest, SW_DIGEST_SIZE);
	return err;
}

static int read_file(struct pass *pass, size_t i, struct sw_intake *intake)
{
	struct sw_source *source = &intake->state->source;
	struct sw_feed_copy copy = { 0 };
	struct sw_opened none = { 0 };
	int err;

	sw_ahead_begin(pass->reading, pass->config);
	err = sw_source_take(pass->reading, intake->feed,
			     pass->reading->opened ? &pass->reading->opened[i] : &none, source,
			     &copy);
	if (err == -ENOMEM)
		return err;
	if (err) {
		do_without(pass, i, err);
		return 0;
	}
	if (source->from == SW_FROM_COPY)
		warn_of_copy(intake->feed, source, &copy);
	err = take_copy(pass, intake, &copy, source);
	sw_feed_copy_close(&copy);
	return err;
}

static int read_feed(struct pass *pass, size_t i)
{
	const struct sw_feed_config *feed = &pass->config->feed[i];
	struct sw_intake intake = {
		.config = pass->config,
		.feed = feed,
		.state = &pass->rules->feed[i],
		.list = &pass->rules->kind[feed->kind],
		.ends = &pass->rules->ends,
		.rank = i,
		.now_s = pass->rules->as_of_s,
	};
	int err = 0;

	if (is_foreign(feed)) {
		intake.own = &pass->own;
		intake.hosts = &pass->hosts;
		intake.guard = feed->may_list_special ? &pass->hosts : &pass->guard;
	}
	if (sw_feed_has_list(feed))
		err = read_file(pass, i, &intake);
	if (!err)
		err = sw_intake_inline(&intake);
	if (!err)
		sw_intake_warn(&intake);
	return err;
}

/* Reads the feeds that are, or are not, of own space. */
static int read_feeds(struct pass *pass, bool own_space)
{
	size_t i;
	int err;

	for (i = 0; i < pass->config->feeds; i++) {
		if ((pass->config->feed[i].kind == SW_KIND_OWN) != own_space)
			continue;
		err = read_feed(pass, i);
		if (!err)
			continue;
		pass->failed_feed = i;
		return sw_fail(pass->error, err, "feed %s: no memory for its entries",
			       pass->config->feed[i].name);
	}
	return 0;
}

static int read_all(struct pass *pass)
{
	int err = read_feeds(pass, true);

	if (err)
		return err;
	if (sw_own_build(&pass->rules->kind[SW_KIND_OWN], &pass->own))
		return sw_fail(pass->error, -ENOMEM, "no memory for own space");
	if (sw_guard_build(true, pass->reading->hosts, &pass->guard) ||
	    sw_guard_build(false, pass->reading->hosts, &pass->hosts))
		return sw_fail(pass->error, -ENOMEM, "no memory for special-purpose space");
	return read_feeds(pass, false);
}

int sw_rules_read(const struct sw_config *config, const struct sw_reading *reading,
		  struct sw_rules **out, size_t *failed_feed, struct sw_error *error)
{
	struct pass pass = {
		.config = config,
		.reading = reading,
		.failed_feed = SIZE_MAX,
		.error = error,
	};
	struct sw_rules *rules;
	int err;

	*failed_feed = SIZE_MAX;
	if (config->feeds >= SW_MAX_FEEDS)
		return sw_fail(error, -EINVAL, "%s: %zu feeds (expected at most %u)", config->path,
			       config->feeds, SW_MAX_FEEDS - 1);
	rules = sw_rules_new(config);
	if (!rules)
		return sw_fail(error, -ENOMEM, "no memory for the feeds");
	pass.rules = rules;
	err = read_all(&pass);
	sw_own_free(&pass.own);
	sw_guard_free(&pass.guard);
	sw_guard_free(&pass.hosts);
	*failed_feed = pass.failed_feed;
	if (err)
		sw_rules_free(rules);
	else
		*out = rules;
	return err ? err : pass.failure;
}

static int commit(const struct sw_reading *reading, const struct sw_feed_config *feed,
		  struct sw_source *source)
{
	int err = 0;

	if (source->temporary)
		err = sw_feed_copy_commit(source->temporary, reading->state_dir, feed->name,
					  &source->unkept);
	free(source->temporary);
	source->temporary = NULL;
	return err || source->unkept.text[0] ? -EIO : 0;
}

size_t sw_rules_keep(const struct sw_config *config, const struct sw_reading *reading,
		     struct sw_rules *rules)
{
	const char *why = NULL;
	size_t unkept = 0, i;

	for (i = 0; i < rules->feeds; i++) {
		if (!commit(reading, &config->feed[i], &rules->feed[i].source))
			continue;
		if (!unkept++)
			why = rules->feed[i].source.unkept.text;
	}
	if (unkept)
		sw_warn("the good copies of %zu feeds cannot be kept: %s; should one become unfit, "
			"it cannot take its place",
			unkept, why);
	return unkept;
}

size_t sw_rules_unfit(const struct sw_rules *rules)
{
	size_t unfit = 0, i;

	for (i = 0; i < rules->feeds; i++)
		unfit += rules->feed[i].source.unfit.text[0] != '\0';
	return unfit;
}
