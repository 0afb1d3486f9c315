/* SPDX-License-Identifier: GPL-2.0 */
/* The pinned state as a process that stays sees it: what others publish, unload
 * and leave unfinished. */
#ifndef SPAMWEIR_RUN_WATCH_H
#define SPAMWEIR_RUN_WATCH_H

#include "run/instance.h"
#include "run/pump.h"

struct sw_watch {
	const struct sw_instance *instance;
	struct sw_pump *pump; /* goes over to a state that was made anew */
	__u32 known;	      /* sw_generation_id of the one that is known */
	unsigned interrupted; /* looks in a row that found a load begun and not ended */
	unsigned mend_at;     /* so many, and it is to be mended */
};

struct sw_watch_seen {
	__u64 generation; /* published by another; 0: none was */
	bool mend;	  /* a load was interrupted: it is time to load */
};

void sw_watch_begin(struct sw_watch *watch, const struct sw_instance *instance,
		    struct sw_pump *pump);

/* Looks, every few seconds. A generation is told of once; a load that was
 * interrupted again and again, after pauses that grow. */
struct sw_watch_seen sw_watch_look(struct sw_watch *watch, __u64 now);

/* This process has published `generation`: unless another has since then, it is
 * known. */
void sw_watch_know(struct sw_watch *watch, __u64 generation, __u64 now);

#endif
