// SPDX-License-Identifier: GPL-2.0
#include "run/ends.h"

#include "feed/copy_find.h"

__u64 sw_ends_next(const struct sw_instance *instance, const struct sw_config *config,
		   __u64 since_s)
{
	struct sw_feed_copy copy;
	__u64 next = 0, end;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (!sw_feed_has_list(&config->feed[i]) ||
		    sw_feed_copy_open(instance->state_dir, &config->feed[i], SW_COPY_LOOK, &copy,
				      NULL))
			continue;
		end = sw_feed_copy_next_turn(&copy, since_s);
		if (end && (!next || end < next))
			next = end;
		sw_feed_copy_close(&copy);
	}
	return next;
}
