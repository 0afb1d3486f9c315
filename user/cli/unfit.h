/* SPDX-License-Identifier: GPL-2.0 */
/* Feeds whose files are unfit, as long as they are: said by whoever tells what is
 * in force. */
#ifndef SPAMWEIR_CLI_UNFIT_H
#define SPAMWEIR_CLI_UNFIT_H

#include <jansson.h>

#include "kernel/registry.h"
#include "report/snapshot.h"

/* "file", "copy" or "none": enum sw_feed_source. */
const char *sw_feed_source_name(__u8 source);

/* {"since", "why", "checked"} of an unfit feed; null of a fit one. */
json_t *sw_unfit_json(const struct sw_feed_slot *slot);

/* The same with "name" and "source", of all unfit feeds. */
json_t *sw_unfit_list_json(const struct sw_registry *registry);

/* Seconds, as sw_snapshot_feed_age has them; null of a feed of which no list was ever read. */
json_t *sw_feed_age_json(const struct sw_snapshot *snapshot, int feed);

/* A sentence that says since when, what is in force instead, and why. Returns `out`. */
char *sw_unfit_text(const struct sw_feed_slot *slot, char *out, size_t room);

/* A line on stdout for each; `first` stands before the first, and its blanks
 * before all. */
void sw_print_unfit(const struct sw_registry *registry, const char *first);

#endif
