/* SPDX-License-Identifier: GPL-2.0 */
/* Who dealt with what is listed: what the daemon has taken to the store, and what the ledger
 * has since. */
#ifndef SPAMWEIR_CLI_STRANDED_MET_H
#define SPAMWEIR_CLI_STRANDED_MET_H

#include "cli/options.h"
#include "detect/senders.h"
#include "kernel/registry.h"
#include "store/met.h"

struct sw_stranded_met {
	struct sw_met *met; /* of subscribers, with others than themselves; by subject */
	size_t count, room;
	struct sw_senders senders;    /* what subscribers send now */
	struct sw_registry *registry; /* NULL: nothing is loaded */
};

/* Released by sw_stranded_met_free, also after an error. Without a daemon or with nothing
 * loaded the other half is all there is. -errno. */
int sw_stranded_met_read(const struct sw_options *options, __s64 since_ms,
			 struct sw_stranded_met *out, struct sw_error *error);
void sw_stranded_met_free(struct sw_stranded_met *met);

#endif
