/* SPDX-License-Identifier: GPL-2.0 */
/* Putting a config in force: read, compile, publish, attach. */
#ifndef SPAMWEIR_APPLY_H
#define SPAMWEIR_APPLY_H

#include "config.h"
#include "error.h"
#include "options.h"
#include "rules.h"

/* A config with its rules, sorted and measured: all that needs no kernel. */
struct sw_plan {
	struct sw_config *config;
	struct sw_rules *rules;
	struct sw_layout need;
	size_t failed_feed; /* why it could not be made; SIZE_MAX: not a feed */
};

/* Reads config and feeds. On failure config may be set, to look failed_feed
 * up; sw_plan_free is due either way. */
int sw_plan_make(const char *config_path, struct sw_plan *plan, struct sw_error *error);
void sw_plan_free(struct sw_plan *plan);

/* `load`: programs on the configured NICs, the generation published. On
 * failure what ran before runs on. */
int sw_load(const struct sw_options *options, struct sw_error *error);

/* `reload`: a new generation for the programs that are attached. Loads them
 * anew only if the tables have outgrown them. */
int sw_reload(const struct sw_options *options, struct sw_error *error);

#endif
