// SPDX-License-Identifier: GPL-2.0
#include "cli/preview.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/hosts.h"
#include "policy/gate.h"
#include "policy/source.h"
#include "run/fetches.h"
#include "worker/parse.h"

void sw_preview_unasked(void *ctx, const char *text)
{
	struct sw_preview *preview = ctx;
	size_t i;

	for (i = 0; i < preview->unasks; i++) {
		if (!strcmp(preview->unasked[i], text))
			return;
	}
	if (preview->unasks < SW_PREVIEW_UNASKED) {
		preview->unasked[preview->unasks] = strdup(text);
		preview->unasks += preview->unasked[preview->unasks] != NULL;
	}
}

static void unasked_of(struct sw_preview *preview, const char *what, const struct sw_error *error)
{
	char text[sizeof(error->text) + 64];

	snprintf(text, sizeof(text), "%s (%s)", what, error->text);
	sw_preview_unasked(preview, text);
}

/* Another list than the one in force, or none, has no good copy under its name. */
static int open_before(const struct sw_options *options, struct sw_preview *preview)
{
	struct sw_error error = { 0 };
	int err = sw_feed_copy_open(options->instance.state_dir, &preview->feed, SW_COPY_ENFORCE,
				    &preview->before, &error);

	if (!err || err == -ENOMEM)
		return err;
	if (err != -ENOENT)
		unasked_of(preview, "its good copy", &error);
	return 0;
}

static void tell(void *ctx, const struct sw_feed_config *feed, const char *line, bool failed)
{
	(void)feed;
	(void)failed;
	sw_preview_unasked(ctx, line);
}

static int read_list(const struct sw_options *options, struct sw_preview *preview)
{
	const struct sw_fetches which = { .tell = tell, .ctx = preview };
	const struct sw_feed_config *feed = &preview->feed;
	int err;

	if (!feed->url)
		return sw_worker_read(feed, &preview->copy, &preview->report, &preview->unfit);
	err = sw_fetches_look(&options->instance, feed, &which, &preview->copy, &preview->unfit);
	if (!err)
		preview->report = preview->copy.header->report;
	return err;
}

static int weigh(const struct sw_options *options, struct sw_preview *preview)
{
	struct sw_hosts hosts = { 0 };
	const struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = options->instance.state_dir,
		.hosts = &hosts,
	};
	const struct sw_trial_of of = {
		.config = preview->config,
		.feed = &preview->feed,
		.copy = &preview->copy,
		.before = preview->before.size ? &preview->before : NULL,
		.reading = &reading,
		.unread = sw_preview_unasked,
		.ctx = preview,
	};
	const struct sw_hits_of hits = {
		.instance = &options->instance,
		.reached = &preview->trial.reached,
		.talkers = preview->feed.kind == SW_KIND_CNC,
		.unasked = sw_preview_unasked,
		.ctx = preview,
	};
	struct sw_error error = { 0 };
	int err;

	if (sw_hosts_read(SW_RESOLV_CONF, &hosts, &error))
		unasked_of(preview, "what this router needs", &error);
	err = sw_trial_make(&of, &preview->trial);
	free(hosts.host);
	if (!err && sw_trial_hits(preview->feed.kind))
		err = sw_hits_find(&hits, &preview->hits);
	return err;
}

int sw_preview_make(const struct sw_options *options, bool known, struct sw_preview *preview)
{
	int err = known ? open_before(options, preview) : 0;

	if (preview->file) {
		preview->feed.path = (char *)preview->file;
		preview->feed.url = preview->feed.source = NULL;
	}
	if (!err)
		err = read_list(options, preview);
	if (err == -ENOMEM)
		return err;
	if (err) {
		if (!preview->unfit.text[0])
			sw_fail(&preview->unfit, err, "%s: %s", sw_feed_source(&preview->feed),
				strerror(-err));
		return 0;
	}
	sw_gate_judge(&preview->feed, &preview->copy,
		      preview->before.size ? &preview->before : NULL, &preview->refused);
	return weigh(options, preview);
}

void sw_preview_free(struct sw_preview *preview)
{
	size_t i;

	sw_feed_copy_close(&preview->copy);
	sw_feed_copy_close(&preview->before);
	sw_trial_free(&preview->trial);
	sw_hits_free(&preview->hits);
	for (i = 0; i < preview->unasks; i++)
		free(preview->unasked[i]);
}
