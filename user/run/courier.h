/* SPDX-License-Identifier: GPL-2.0 */
/* Notices told: what is due for one receiver, one after the other. */
#ifndef SPAMWEIR_RUN_COURIER_H
#define SPAMWEIR_RUN_COURIER_H

#include <jansson.h>

#include "config/schema.h"
#include "run/instance.h"

/* What there is to tell to whom, and what came of it. */
struct sw_telling {
	const struct sw_instance *instance;
	const struct sw_notices_config *notices;
	const struct sw_notice_receiver *receiver;
	const json_t *document;
	const char *to; /* the address of mail; NULL: the receiver's, or the customer's */
	char told[256]; /* who was, as far as that is no secret */
	bool final;	/* it failed, and will not go better another time */
};

/* Tells it now, in the receiver's timeout and a little more. -errno, `error` says why. */
int sw_courier_tell(struct sw_telling *telling, struct sw_error *error);

/* Tells what is due for a while, until one attempt fails: then he is left alone for a pause
 * that grows. *tries: how many. -errno of the store. */
int sw_courier_work(const struct sw_instance *instance, const struct sw_config *config,
		    const struct sw_notice_receiver *receiver, __u64 *tries,
		    struct sw_error *error);

#endif
