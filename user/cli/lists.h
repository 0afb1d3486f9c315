/* SPDX-License-Identifier: GPL-2.0 */
/* The operator's own lists: what `allow` and `block` have in common, and what
 * `lookup` prints of them. */
#ifndef SPAMWEIR_CLI_LISTS_H
#define SPAMWEIR_CLI_LISTS_H

#include <jansson.h>

#include "cli/options.h"
#include "cli/orders.h"
#include "policy/explain.h"
#include "run/lists_change.h"
#include "store/lists.h"

/* `add` and `del`, and `list`: exit codes. */
int sw_lists_verb(const struct sw_options *options, enum sw_list list, bool adding);

/* Does what the caller says, of what the command line names; `say` tells what came of it. */
typedef void (*sw_lists_say)(const struct sw_orders *orders, const struct sw_list_change *change);
int sw_lists_order(const struct sw_options *options, struct sw_list_change *what, sw_lists_say say);

int sw_lists_print(const struct sw_options *options, enum sw_list list);

#define SW_LIFT_ENDED "spamweir reload" /* lifts all that has ended */
#define SW_LIFT_TEXT (SW_PREFIX_TEXT + 64)

/* The command that lifts what an entry does to an address, or "" if it blocks
 * nothing. Returns `out`, which has SW_LIFT_TEXT bytes. */
char *sw_lift_command(const struct sw_match *match, const struct sw_prefix *address, char *out);

/* Whether an entry is the operator's own; *out is then who listed it, when and why. Warns
 * if the store cannot be read. */
bool sw_match_listed(const struct sw_options *options, const struct sw_match *match,
		     struct sw_ordered *out);

/* Whether it has ended, and is in force only until the next publish. */
bool sw_listed_has_ended(const struct sw_ordered *entry);

/* "by root since 2026-07-01T12:00:00Z, without end: ticket 4711". Returns `out`. */
char *sw_listed_text(const struct sw_ordered *entry, char *out, size_t room);

/* Sets its keys. */
void sw_listed_json(json_t **object, const struct sw_ordered *entry);

#endif
