// SPDX-License-Identifier: GPL-2.0
#include "run/accept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/read.h"
#include "feed/copy_save.h"
#include "policy/source.h"
#include "run/route_feeds.h"
#include "worker/parse.h"

static int keep(const struct sw_reading *reading, const struct sw_feed_config *feed,
		struct sw_error *error)
{
	struct sw_feed_copy copy = { 0 };
	struct sw_source source;
	int err = sw_source_open(reading, feed, &source, &copy);

	sw_feed_copy_close(&copy);
	if (!err && source.from != SW_FROM_FILE)
		err = -EINVAL;
	if (err)
		return sw_fail(error, err, "%s", source.unfit.text);
	err = source.temporary ? sw_feed_copy_commit(source.temporary, reading->state_dir,
						     feed->name, &source.unkept)
			       : -EIO;
	free(source.temporary);
	return err ? sw_fail(error, err, "%s", source.unkept.text) : 0;
}

int sw_accept_for_later(const struct sw_instance *instance, const char *feed,
			struct sw_error *error)
{
	const struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = instance->state_dir,
		.publish = true,
		.accept = feed,
	};
	struct sw_config *config;
	int err = sw_config_read(instance->config, &config, error);
	size_t i;

	if (!err)
		err = sw_route_feeds_refresh(instance, config, error);
	if (err) {
		sw_config_free(config);
		return err;
	}
	err = -ENOENT;
	for (i = 0; i < config->feeds && err == -ENOENT; i++) {
		if (!strcmp(config->feed[i].name, feed))
			err = keep(&reading, &config->feed[i], error);
	}
	sw_config_free(config);
	return err;
}
