/* SPDX-License-Identifier: GPL-2.0 */
/* What those have who take samples: see samples.c. */
#ifndef SPAMWEIR_RUN_SAMPLES_FROM_H
#define SPAMWEIR_RUN_SAMPLES_FROM_H

#include "kernel/generation.h"
#include "kernel/registry.h"
#include "kernel/state.h"
#include "store/hours.h"
#include "store/store.h"

struct sw_samples_from {
	struct sw_state *state;
	const struct sw_settings *settings;
	struct sw_registry *registry;
	struct sw_store *store;
	struct sw_hours *hours; /* this one */
	bool anew;		/* all counts have begun at 0 since the last time */
	__s64 since_ms;		/* what did not change since is known: Unix milliseconds */
	__s64 now_ms;
};

#endif
