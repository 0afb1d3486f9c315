/* SPDX-License-Identifier: GPL-2.0 */
/* What of the configuration takes effect when a program is loaded, and not before. */
#ifndef SPAMWEIR_RUN_OUTDATED_H
#define SPAMWEIR_RUN_OUTDATED_H

#include "config/schema.h"
#include "kernel/attached.h"
#include "kernel/dispatcher.h"

enum sw_outdated {
	SW_OUTDATED_VLANS = 1,
	SW_OUTDATED_TUNNELS = 2,
};

/* By which of these the program at work on `link` or, if that is NULL, in the dispatcher that is
 * `there`, judges as the configuration does not say: bits of enum sw_outdated. 0 also of a program
 * of another version, of which it is not known. */
unsigned sw_outdated(const struct sw_attached *link, const struct sw_share *there,
		     const struct sw_interface_config *interface, const struct sw_tunnels *tunnels);

/* The same of all NICs that are attached by the names of the configuration. `slot`: those of the
 * registry, SW_MAX_INTERFACES. */
unsigned sw_outdated_any(const struct sw_state *state, const struct sw_interface_slot *slot,
			 const struct sw_config *config);

#endif
