/* SPDX-License-Identifier: GPL-2.0 */
/* From feeds to rules. */
#ifndef SPAMWEIR_POLICY_RULES_READ_H
#define SPAMWEIR_POLICY_RULES_READ_H

#include "base/error.h"
#include "config/schema.h"
#include "policy/rules.h"
#include "policy/source.h"

/*
 * Reads all feeds of `config`, own space first. What is left out of a feed is
 * counted, and warned of in a few lines a feed.
 *
 * When reading to publish, an unfit feed is warned of: its good copy takes its
 * place, or without one it is left out. One of the kinds allow and own, which
 * protect people, then fails the whole. When not, any unfit feed does. All are
 * read nevertheless: *out tells of each whether it is fit.
 *
 * 0, or -errno with `error` naming the first feed that fails the whole, and
 * *failed_feed its index; SIZE_MAX and nothing in *out, if it was no feed. What
 * is in *out is the caller's either way.
 */
int sw_rules_read(const struct sw_config *config, const struct sw_reading *reading,
		  struct sw_rules **out, size_t *failed_feed, struct sw_error *error);

/* Commits the good copies of what was read well. What cannot be kept is warned
 * of in one line: returns how many feeds that are. */
size_t sw_rules_keep(const struct sw_config *config, const struct sw_reading *reading,
		     struct sw_rules *rules);

/* Feeds whose file is unfit. */
size_t sw_rules_unfit(const struct sw_rules *rules);

#endif
