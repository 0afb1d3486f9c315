/* SPDX-License-Identifier: GPL-2.0 */
/* A list that is being parsed elsewhere, while this process goes on. */
#ifndef SPAMWEIR_POLICY_BEGUN_H
#define SPAMWEIR_POLICY_BEGUN_H

#include "feed/copy.h"

/* Ended by one of the two, which frees it. */
struct sw_begun {
	/* Waits for the list. As sw_feed_copy_read. */
	int (*finish)(struct sw_begun *begun, struct sw_feed_copy *copy,
		      struct sw_feed_report *report, struct sw_error *error);
	void (*drop)(struct sw_begun *begun);
};

#endif
