/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be changed of one of the operator's own lists. */
#ifndef SPAMWEIR_RUN_LISTS_ORDER_H
#define SPAMWEIR_RUN_LISTS_ORDER_H

#include "store/lists.h"

struct sw_list_order {
	struct sw_prefix prefix; /* host bits cleared */
	__u64 duration_ns;	 /* 0: without end */
	__u32 line;		 /* of the file that it comes from; 0: of none */
	char why[SW_LISTED_WHY];
	bool found; /* of those to be removed: it was there */
	/* One to be blocked: it is allowed, at least where it begins. One whose bounces are to
	 * be braked: mail to it is allowed; whose are to be taken: a feed of the configuration
	 * still brakes them. */
	bool overruled;
};

/* Why one of them is not done. */
typedef void (*sw_lists_refuse)(void *ctx, const struct sw_list_order *order, const char *why);

struct sw_list_change {
	enum sw_list list;
	bool adding;
	bool force;
	__u64 interval_ns; /* between two bounces; 0: none is taken */
	struct sw_list_order *order;
	size_t count;
	sw_lists_refuse refuse;
	void *ctx;
	/* What came of it: */
	bool kept_only; /* nothing is loaded: they are for the next load */
	bool partial;	/* in force, but a part of what was published is missing */
};

#endif
