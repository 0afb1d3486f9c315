// SPDX-License-Identifier: GPL-2.0
#include "policy/ahead.h"

#include "base/both.h"
#include "base/file.h"

#define MOST 4 /* each has memory for all of its list until it is taken */

static unsigned most_at_once(void)
{
	unsigned cpus = sw_own_cpus();

	return cpus < 1 ? 1 : cpus < MOST ? cpus : MOST;
}

/* What cannot be begun is read when its turn comes, which says why. */
static bool begin(const struct sw_reading *reading, const struct sw_feed_config *feed,
		  struct sw_opened *opened)
{
	if (opened->taken || opened->looked || !feed->path || feed->routes.table)
		return false;
	sw_source_look(reading, feed, opened);
	if (!opened->err && !opened->current)
		opened->begun = reading->begin(feed);
	return opened->begun;
}

/* Own space is what all others wait for. */
void sw_ahead_begin(const struct sw_reading *reading, const struct sw_config *config)
{
	unsigned running = 0, most = most_at_once();
	struct sw_opened *opened = reading->opened;
	size_t i;
	int own;

	if (!opened || !reading->begin)
		return;
	for (i = 0; i < config->feeds; i++)
		running += opened[i].begun != NULL;
	for (own = 1; own >= 0; own--) {
		for (i = 0; i < config->feeds && running < most; i++) {
			if ((config->feed[i].kind == SW_KIND_OWN) != own)
				continue;
			running += begin(reading, &config->feed[i], &opened[i]);
		}
	}
}

#define LONG_LIST (1ULL << 20) /* bytes */

bool sw_ahead_is_long(const struct sw_reading *reading, const struct sw_config *config)
{
	struct sw_file_id id;
	size_t i;

	for (i = 0; reading->opened && i < config->feeds; i++) {
		if (reading->opened[i].begun && !sw_file_identify(config->feed[i].path, &id) &&
		    id.size >= LONG_LIST)
			return true;
	}
	return false;
}
