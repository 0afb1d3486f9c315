/* SPDX-License-Identifier: GPL-2.0 */
/* From a config file to rules that can be compiled: all that needs no kernel. */
#ifndef SPAMWEIR_POLICY_PLAN_H
#define SPAMWEIR_POLICY_PLAN_H

#include "base/error.h"
#include "config/schema.h"
#include "policy/halves.h"
#include "policy/rules.h"
#include "policy/source.h"

/* A config with its rules, sorted and measured: all that needs no kernel. */
struct sw_plan {
	struct sw_config *config;
	struct sw_rules *rules;
	struct sw_layout need;
	struct sw_halves halves; /* zeroes until it is measured */
	size_t failed_feed;	 /* the feed that made it fail; SIZE_MAX: none did */
};

/* Reads the feeds of a config, which the plan takes over, without measuring. On failure
 * config is set, to look failed_feed up, and maybe rules, which tell which feeds are unfit;
 * sw_plan_free is due either way. */
int sw_plan_of(struct sw_config *config, const struct sw_reading *reading, struct sw_plan *plan,
	       struct sw_error *error);

/* Finds out plan->need and plan->halves. */
int sw_plan_measure(struct sw_plan *plan, struct sw_error *error);
void sw_plan_free(struct sw_plan *plan);

#endif
