/* SPDX-License-Identifier: GPL-2.0 */
/* Signals of the ledger: a subscriber that had packets dropped as a listed zombie, or deals
 * with C&C. */
#ifndef SPAMWEIR_RUN_SIGNALS_LEDGER_H
#define SPAMWEIR_RUN_SIGNALS_LEDGER_H

#include "run/signals_from.h"

/* Nothing loaded is no error. */
int sw_signals_of_ledger(const struct sw_signals_from *from, sw_signal_visit visit, void *ctx,
			 struct sw_error *error);

#endif
