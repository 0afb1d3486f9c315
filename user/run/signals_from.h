/* SPDX-License-Identifier: GPL-2.0 */
/* What those have who know of signals: see signals.c. */
#ifndef SPAMWEIR_RUN_SIGNALS_FROM_H
#define SPAMWEIR_RUN_SIGNALS_FROM_H

#include "base/signal.h"
#include "config/schema.h"
#include "run/instance.h"

/* What signals are gathered from. */
struct sw_signals_from {
	const struct sw_instance *instance;
	const struct sw_config *config;
	__s64 since_ms; /* Unix milliseconds: what was not again since then is known */
	__s64 now_ms;
	__u64 *suspects; /* by enum sw_suspect_rule: who finds them counts them here */
};

#endif
