/* SPDX-License-Identifier: GPL-2.0 */
/* What programs tally of the ledger and the conduct table, and how that begins. */
#ifndef SPAMWEIR_KERNEL_TALLY_H
#define SPAMWEIR_KERNEL_TALLY_H

#include <stdbool.h>

#include "kernel/state.h"
#include "kernel/subject.h"

/* Once all programs are of a kind that keeps tallies (maps/tally.h, maps/busy.h): notes what
 * stood in the tables before, which is nothing if the state is `fresh`. Does nothing the
 * second time. -errno: not noted, and the tables are read as long as that is so. */
int sw_tally_begin(const struct sw_state *state, bool fresh);

/* Whether that was done. */
bool sw_tally_known(const struct sw_state *state);

/* SW_TALLY_LEDGER or SW_TALLY_CONDUCT, by side; all zero in a state that lacks the table.
 * -errno. */
int sw_tally_sum(const struct sw_state *state, enum sw_tallied table,
		 struct sw_row_sum out[SW_SIDES]);

#endif
