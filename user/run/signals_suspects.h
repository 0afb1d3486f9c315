/* SPDX-License-Identifier: GPL-2.0 */
/* Signals of conduct: a subscriber that behaves like a zombie, by the rules of `suspects`. */
#ifndef SPAMWEIR_RUN_SIGNALS_SUSPECTS_H
#define SPAMWEIR_RUN_SIGNALS_SUSPECTS_H

#include "run/signals_from.h"
#include "store/store.h"

/* Nothing loaded is no error. Contacts to C&C are the ledger's to tell of. */
int sw_signals_of_suspects(const struct sw_signals_from *from, sw_signal_visit visit, void *ctx,
			   struct sw_error *error);

/* How many suspects there were, by the gravest rule that each breaks, when they were looked
 * for last. -errno. */
int sw_suspects_counted(struct sw_store *store, __u64 count[SW_SUSPECT_RULES],
			struct sw_error *error);
/* Keeps that; writes nothing if nothing has changed. */
int sw_suspects_count(struct sw_store *store, const __u64 count[SW_SUSPECT_RULES],
		      struct sw_error *error);

#endif
