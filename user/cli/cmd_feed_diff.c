// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/json.h"
#include "cli/output.h"
#include "cli/preview.h"
#include "cli/preview_output.h"
#include "cli/verbs.h"
#include "config/named.h"
#include "config/read.h"
#include "feed/remarks.h"
#include "run/lists.h"
#include "run/route_feeds.h"

struct diff {
	const struct sw_options *options;
	struct sw_config *config;
	struct sw_route_aside aside;
	json_t *list; /* with --json */
	size_t shown;
	size_t unfit; /* lists that would not be published as they are */
};

static bool is_same_file(const char *path, const struct stat *info)
{
	struct stat other;

	return !stat(path, &other) && other.st_dev == info->st_dev && other.st_ino == info->st_ino;
}

/* A feed by its name, or by the file that it is read from. */
static int find(const struct sw_config *config, const char *said, const struct sw_feed_config **out,
		struct sw_error *error)
{
	const struct sw_feed_config *feed;
	struct stat info;
	bool exists;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		feed = &config->feed[i];
		if (!strcmp(feed->name, said)) {
			*out = feed;
			return sw_feed_has_list(feed)
				       ? 0
				       : sw_fail(error, -EINVAL,
						 "%s:%d: feed %s has no file to read", config->path,
						 feed->line, said);
		}
	}
	exists = !stat(said, &info);
	for (i = 0; exists && i < config->feeds; i++) {
		if (config->feed[i].path && is_same_file(config->feed[i].path, &info)) {
			*out = &config->feed[i];
			return 0;
		}
	}
	if (exists)
		return sw_fail(error, -ENOENT,
			       "%s: no feed of %s is read from it (spamweir feed test %s --as "
			       "NAME takes it as one)",
			       said, config->path, said);
	return sw_config_no_feed(config, said, error);
}

static int show(struct diff *diff, const struct sw_feed_config *feed, struct sw_error *error)
{
	struct sw_preview preview = { .config = diff->config, .feed = *feed };
	int err = sw_preview_make(diff->options, true, &preview);

	if (err) {
		sw_fail(error, err, "feed %s: no memory for its list", feed->name);
	} else if (diff->options->json) {
		sw_json_append(&diff->list, sw_preview_json(&preview));
	} else {
		if (diff->shown++)
			putchar('\n');
		sw_preview_print(&preview);
	}
	if (!err && !preview.unfit.text[0])
		sw_feed_remark(&preview.feed, &preview.report);
	if (!err && !sw_preview_is_fit(&preview)) {
		diff->unfit++;
		fflush(stdout);
		sw_note("%s", preview.unfit.text[0] ? preview.unfit.text : preview.refused.text);
	}
	sw_preview_free(&preview);
	return err;
}

/* Names are all looked up before anything is fetched. */
static int show_said(struct diff *diff, struct sw_error *error)
{
	const struct sw_options *options = diff->options;
	const struct sw_feed_config *feed[SW_MAX_FEEDS];
	int err = 0, i;

	for (i = 0; i < options->arguments && !err; i++)
		err = find(diff->config, options->argument[i], &feed[i], error);
	for (i = 0; i < options->arguments && !err; i++)
		err = show(diff, feed[i], error);
	return err;
}

static int show_all(struct diff *diff, struct sw_error *error)
{
	size_t i;
	int err = 0;

	for (i = 0; i < diff->config->feeds && !err; i++) {
		if (sw_feed_has_list(&diff->config->feed[i]))
			err = show(diff, &diff->config->feed[i], error);
	}
	return err;
}

static int read_config(struct diff *diff, struct sw_error *error)
{
	const struct sw_instance *instance = &diff->options->instance;
	struct sw_lists_taken taken;
	int err = sw_config_read(instance->config, &diff->config, error);

	if (!err)
		err = sw_route_feeds_aside(instance, diff->config, &diff->aside, error);
	if (err)
		return err;
	err = sw_lists_append(instance, diff->config, 0, &taken, error);
	if (err && err != -ENOMEM)
		sw_warn("%s", error->text);
	return err == -ENOMEM ? err : 0;
}

int cmd_feed_diff(const struct sw_options *options)
{
	struct diff diff = { .options = options };
	struct sw_error error = {};
	int err = read_config(&diff, &error);

	if (options->json)
		diff.list = json_array();
	if (!err)
		err = options->arguments ? show_said(&diff, &error) : show_all(&diff, &error);
	if (!err && options->json)
		err = sw_print_json(diff.list);
	else
		json_decref(diff.list);
	sw_route_feeds_aside_end(diff.config, &diff.aside);
	sw_config_free(diff.config);
	if (err)
		return sw_print_error(&error, err);
	return diff.unfit ? SW_EXIT_FAILED : SW_EXIT_DONE;
}
