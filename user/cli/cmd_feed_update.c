// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/output.h"
#include "cli/verbs.h"
#include "config/named.h"
#include "config/read.h"
#include "config/schema.h"
#include "kernel/open.h"
#include "run/accept.h"
#include "run/apply.h"
#include "run/fetches.h"

/* That there is such a feed, and that it has a list. */
static int check_name(const struct sw_config *config, const char *name, struct sw_error *error)
{
	const struct sw_feed_config *feed = sw_config_feed(config, name);

	if (!feed)
		return sw_config_no_feed(config, name, error);
	if (!sw_feed_has_list(feed))
		return sw_fail(error, -EINVAL, "%s:%d: feed %s has no file to read", config->path,
			       feed->line, name);
	return 0;
}

/* Says what failed, unless the publish will say so too. */
static void tell(void *ctx, const struct sw_feed_config *feed, const char *line, bool failed)
{
	const bool *loaded = ctx;

	if (!failed)
		printf("%s: %s\n", feed->name, line);
	else if (!*loaded)
		sw_warn("feed %s: %s", feed->name, line);
}

static int fetch(const struct sw_options *options, const struct sw_config *config, const char *name,
		 bool *loaded, size_t *failed, struct sw_error *error)
{
	const struct sw_fetches which = { .name = name, .tell = tell, .ctx = loaded };
	size_t changed;

	return sw_fetches_do(&options->instance, config, &which, &changed, failed, error);
}

static int publish(const struct sw_options *options, const char *name, bool *is_partial,
		   struct sw_error *error)
{
	struct sw_apply_result result = {};
	int err;

	if (options->accept)
		err = sw_reload_accepting(&options->instance, name, &result, error);
	else
		err = sw_reload(&options->instance, &result, error);
	sw_config_free(result.config);
	*is_partial = result.partial;
	return err;
}

static int prepare(const struct sw_options *options, const char *name, bool *loaded, size_t *failed,
		   struct sw_error *error)
{
	struct sw_config *config;
	int err = sw_config_read(options->instance.config, &config, error);

	if (err)
		return err;
	if (name)
		err = check_name(config, name, error);
	if (!err && !options->accept)
		err = fetch(options, config, name, loaded, failed, error);
	sw_config_free(config);
	return err;
}

int cmd_feed_update(const struct sw_options *options)
{
	const char *name = options->arguments ? options->argument[0] : NULL;
	bool loaded = sw_state_is_loaded(options->instance.pin_dir), is_partial = false;
	struct sw_error error = {};
	size_t failed = 0;
	int err;

	if (options->accept && !name) {
		err = sw_fail(&error, -EINVAL, "--accept is of one feed (expected its NAME)");
		sw_print_error(&error, err);
		return SW_EXIT_USAGE;
	}
	err = prepare(options, name, &loaded, &failed, &error);
	if (!err && loaded) {
		err = publish(options, name, &is_partial, &error);
	} else if (!err && options->accept) {
		err = sw_accept_for_later(&options->instance, name, &error);
		if (!err)
			printf("%s is accepted; nothing is loaded: spamweir load\n", name);
	} else if (!err) {
		puts("nothing is loaded: spamweir load");
	}
	if (err)
		return sw_print_error(&error, err);
	return is_partial || failed ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
