/* SPDX-License-Identifier: GPL-2.0 */
/* Subscribers and others, by the ledger and the conduct table, into the store. */
#ifndef SPAMWEIR_RUN_SAMPLES_PEOPLE_H
#define SPAMWEIR_RUN_SAMPLES_PEOPLE_H

#include "run/samples_from.h"

/* Who had packets dropped, or would have had, and by dealing with whom. */
int sw_samples_of_ledger(const struct sw_samples_from *from, struct sw_error *error);

/* Who behaves like a mail server. */
int sw_samples_of_conduct(const struct sw_samples_from *from, struct sw_error *error);

#endif
