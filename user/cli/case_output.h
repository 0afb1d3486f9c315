/* SPDX-License-Identifier: GPL-2.0 */
/* Cases, for people and for programs. */
#ifndef SPAMWEIR_CLI_CASE_OUTPUT_H
#define SPAMWEIR_CLI_CASE_OUTPUT_H

#include <jansson.h>

#include "cli/options.h"
#include "store/cases_read.h"

/* A line: number, state, severity, who, since when, why. */
void sw_print_case(const struct sw_case *found, const char *indent);

/* What `lookup` says of the address's case: nothing if there is none. */
struct sw_case_found {
	bool known;
	struct sw_case found;
};

/* -errno; no store is no error. */
int sw_case_look(const struct sw_options *options, const struct sw_prefix *address,
		 struct sw_case_found *out, struct sw_error *error);

/* All of it: its signals and its time line. -errno. */
int sw_print_story(struct sw_store *store, const struct sw_case *found, struct sw_error *error);
int sw_story_json(struct sw_store *store, const struct sw_case *found, json_t **out,
		  struct sw_error *error);

#endif
