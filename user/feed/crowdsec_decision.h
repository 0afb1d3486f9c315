/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One of CrowdSec's decisions. It lasts for a duration from when it was told; one that is
 * deleted is listed no more. An address may have several in force, by scope, type and way
 * of writing it, and the end of one says nothing of the others, be they older or newer.
 */
#ifndef SPAMWEIR_FEED_CROWDSEC_DECISION_H
#define SPAMWEIR_FEED_CROWDSEC_DECISION_H

#include "feed/table.h"

/* How they are read. The reader's `own` is the struct sw_deletions of the list: filled by
 * those that are deleted, and heeded, once it is sorted, by the others. */
extern const struct sw_table sw_crowdsec_decisions;
extern const struct sw_table sw_crowdsec_deleted;

#endif
