/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases: what there is against a subscriber, or against an address of which nobody knows
 * whose it is. Opened by the first signal, joined by later ones, quiet after a while,
 * closed by hand or by silence, and opened again by a relapse.
 */
#ifndef SPAMWEIR_STORE_CASES_H
#define SPAMWEIR_STORE_CASES_H

#include "base/signal.h"
#include "store/case.h"
#include "store/store.h"

/* In a transaction: takes a signal to the case of whoever had the address at that time.
 * What has been taken before changes nothing. */
int sw_cases_signal(struct sw_store *store, const struct sw_signal *signal, __s64 now_ms,
		    struct sw_error *error);

struct sw_case_times {
	__s64 quiet_ms; /* without a signal: it is quiet */
	__s64 close_ms; /* quiet for so long: it is closed */
	__s64 keep_ms;	/* closed for so long: it is forgotten */
};

/* In a transaction: what silence makes of them. */
int sw_cases_silence(struct sw_store *store, const struct sw_case_times *times, __s64 now_ms,
		     struct sw_error *error);

#endif
