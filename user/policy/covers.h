/* SPDX-License-Identifier: GPL-2.0 */
/* Which of many addresses a feed lists. */
#ifndef SPAMWEIR_POLICY_COVERS_H
#define SPAMWEIR_POLICY_COVERS_H

#include "config/schema.h"

/* Sets covered[i] where an entry of the configuration or of the good copy covers all of
 * prefix[i]. A feed of which there is no good copy has its entries in the configuration. */
void sw_feed_covers(const char *state_dir, const struct sw_feed_config *feed,
		    const struct sw_prefix *prefix, size_t count, bool *covered);

#endif
