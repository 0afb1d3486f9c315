/* SPDX-License-Identifier: GPL-2.0 */
/* Looking at all of it again and again, at each when it is time for. */
#ifndef SPAMWEIR_TOP_LOOK_H
#define SPAMWEIR_TOP_LOOK_H

#include "config/schema.h"
#include "top/hosts.h"
#include "top/sample.h"

#define SW_TOP_EVERY_MS 1000	    /* counters are read */
#define SW_TOP_LEDGER_EVERY_MS 5000 /* the ledger, which is larger */
#define SW_TOP_SUSPECTS_EVERY_MS 30000
#define SW_TOP_WRONG_EVERY_MS 5000 /* what is on disk is looked at for it, too */

struct sw_top_live {
	struct sw_top top;
	struct sw_top_hosts hosts;
	const struct sw_config *config;	     /* for suspects; NULL: there are none */
	const char *config_path, *state_dir; /* for what is typed; see also top.pin_dir */
	sw_top_wrong_fn find_wrong;	     /* NULL: nothing is */
	void *ctx;			     /* its own */
	__u64 wrong_ms;			     /* CLOCK_MONOTONIC: it was asked last; 0: never */
};

/* Reads what it is time for. -errno of the counters: what could not be read is left. */
int sw_top_look(struct sw_top_live *live);

#endif
