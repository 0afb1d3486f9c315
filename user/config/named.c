// SPDX-License-Identifier: GPL-2.0
#include "config/named.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

const struct sw_feed_config *sw_config_feed(const struct sw_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (!strcmp(config->feed[i].name, name))
			return &config->feed[i];
	}
	return NULL;
}

int sw_config_no_feed(const struct sw_config *config, const char *name, struct sw_error *error)
{
	const char *names[SW_MAX_FEEDS], *nearest;
	size_t i;

	for (i = 0; i < config->feeds && i < SW_MAX_FEEDS; i++)
		names[i] = config->feed[i].name;
	nearest = sw_word_nearest(name, names, i);
	if (nearest)
		return sw_fail(error, -ENOENT, "%s: names no feed \"%s\"; did you mean \"%s\"?",
			       config->path, name, nearest);
	return sw_fail(error, -ENOENT, "%s: names no feed \"%s\"", config->path, name);
}
