/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel counts, taken to the store from time to time: sums by the hour, who was
 * affected, who dealt with what is listed, who behaved like a mail server. Reports are made
 * of it.
 */
#ifndef SPAMWEIR_RUN_SAMPLES_H
#define SPAMWEIR_RUN_SAMPLES_H

#include "run/instance.h"
#include "store/store.h"

/* What has come since the last time, in one transaction. Nothing loaded is no error.
 * -errno. */
int sw_samples_take(const struct sw_instance *instance, struct sw_store *store,
		    struct sw_error *error);

#endif
