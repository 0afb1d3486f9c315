// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "cli/output.h"
#include "cli/preview.h"
#include "cli/preview_output.h"
#include "cli/verbs.h"
#include "config/named.h"
#include "config/read.h"
#include "feed/remarks.h"
#include "run/lists.h"
#include "run/route_feeds.h"

static const char *name_said(const struct sw_options *options)
{
	return options->as ?: options->arguments > 1 ? options->argument[1] : NULL;
}

static int read_kind(const char *text, enum sw_kind *out, struct sw_error *error)
{
	int kind;

	for (kind = SW_KIND_CNC; kind < SW_KINDS; kind++) {
		if (!strcmp(sw_kind_name(kind), text)) {
			*out = kind;
			return 0;
		}
	}
	return sw_fail(error, -EINVAL, "--kind: there is no kind \"%s\" (see spamweir.yaml(5))",
		       text);
}

static int read_format(const char *text, enum sw_format *out, struct sw_error *error)
{
	int format;

	for (format = SW_FORMAT_AUTO; format < SW_FORMATS; format++) {
		if (!strcmp(sw_format_name(format), text) && format != SW_FORMAT_CSV &&
		    format != SW_FORMAT_JSON) {
			*out = format;
			return 0;
		}
	}
	return sw_fail(error, -EINVAL,
		       "--format: there is no format \"%s\" that needs no keys of its own (see "
		       "spamweir.yaml(5))",
		       text);
}

/* What the command line got wrong. */
static int check(const struct sw_options *options, struct sw_feed_config *feed,
		 struct sw_error *error)
{
	int err = 0;

	if (options->as && options->arguments > 1)
		return sw_fail(error, -EINVAL, "NAME and --as say the same: give one of them");
	if (options->kind && name_said(options))
		return sw_fail(error, -EINVAL, "--kind is of a new feed: the feed %s has one",
			       name_said(options));
	if (options->kind)
		err = read_kind(options->kind, &feed->kind, error);
	if (!err && options->format)
		err = read_format(options->format, &feed->format, error);
	return err;
}

/* The feed as which the file is judged. */
static int find(const struct sw_config *config, const char *name, struct sw_feed_config *out,
		struct sw_error *error)
{
	const struct sw_feed_config *feed = sw_config_feed(config, name);

	if (!feed)
		return sw_config_no_feed(config, name, error);
	*out = *feed;
	return 0;
}

/* Without a configuration a new list can be judged all the same. */
static int read_config(const struct sw_options *options, struct sw_preview *preview,
		       struct sw_config **config, struct sw_error *error)
{
	char text[sizeof(error->text) + 64];
	struct sw_lists_taken taken;
	int err = sw_config_read(options->instance.config, config, error);

	if (!err) {
		preview->config = *config;
		err = sw_lists_append(&options->instance, *config, 0, &taken, error);
		if (err && err != -ENOMEM)
			sw_warn("%s", error->text);
		return err == -ENOMEM ? err : 0;
	}
	if (err == -ENOMEM || name_said(options))
		return err;
	snprintf(text, sizeof(text), "own space and the other feeds (%s)", error->text);
	sw_preview_unasked(preview, text);
	return 0;
}

static int make(const struct sw_options *options, struct sw_preview *preview,
		struct sw_config **config, struct sw_route_aside *aside, struct sw_error *error)
{
	const struct sw_feed_config wish = preview->feed;
	int err = read_config(options, preview, config, error);
	bool known;

	if (!err && *config)
		err = sw_route_feeds_aside(&options->instance, *config, aside, error);
	if (!err && *config && name_said(options))
		err = find(*config, name_said(options), &preview->feed, error);
	if (err)
		return err;
	known = name_said(options) && sw_feed_has_list(&preview->feed);
	if (options->format)
		preview->feed.format = wish.format;
	err = sw_preview_make(options, known, preview);
	return err ? sw_fail(error, err, "no memory for the list") : 0;
}

int cmd_feed_test(const struct sw_options *options)
{
	struct sw_config *config = NULL;
	struct sw_preview preview = {
		.feed = {
			.name = (char *)"NAME",
			.kind = SW_KIND_CNC,
			.min_count = 1,
			.max_width = { [SW_IPV4] = SW_MAX_WIDTH_IPV4,
				       [SW_IPV6] = SW_MAX_WIDTH_IPV6 },
		},
		.is_new = !name_said(options),
		.file = options->argument[0],
	};
	struct sw_route_aside aside = {};
	struct sw_error error = {};
	int err = check(options, &preview.feed, &error), code;

	if (err) {
		sw_print_error(&error, err);
		return SW_EXIT_USAGE;
	}
	err = make(options, &preview, &config, &aside, &error);
	if (!err && !preview.unfit.text[0])
		sw_feed_remark(&preview.feed, &preview.report);
	if (!err && options->json)
		err = sw_print_json(sw_preview_json(&preview));
	else if (!err)
		sw_preview_print(&preview);
	if (!err && !sw_preview_is_fit(&preview))
		err = sw_fail(&error, -EINVAL, "%s",
			      preview.unfit.text[0] ? preview.unfit.text : preview.refused.text);
	code = err ? sw_print_error(&error, err) : SW_EXIT_DONE;
	sw_preview_free(&preview);
	sw_route_feeds_aside_end(config, &aside);
	sw_config_free(config);
	return code;
}
