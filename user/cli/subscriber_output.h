/* SPDX-License-Identifier: GPL-2.0 */
/* Whose an address is, for people and for programs. */
#ifndef SPAMWEIR_CLI_SUBSCRIBER_OUTPUT_H
#define SPAMWEIR_CLI_SUBSCRIBER_OUTPUT_H

#include <jansson.h>

#include "cli/options.h"
#include "store/subscribers.h"

struct sw_whose {
	bool known;
	__s64 at_ms; /* the moment that was asked for */
	struct sw_subscriber subscriber;
};

/* By --at and --port. -EINVAL: one of them is none. */
int sw_whose_read(const struct sw_options *options, __s64 *at_ms, int *port,
		  struct sw_error *error);

/* What the store says of that. -errno; no store, and not known, is no error. */
int sw_whose_look(const struct sw_options *options, const struct sw_prefix *address,
		  struct sw_whose *out, struct sw_error *error);

/* A line, if it is known, or if a moment was asked for. */
void sw_print_whose(const struct sw_options *options, const struct sw_whose *whose);

/* null: not known. */
json_t *sw_whose_json(const struct sw_whose *whose);

#endif
