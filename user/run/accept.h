/* SPDX-License-Identifier: GPL-2.0 */
/* A list that a person has looked at becomes the feed's good copy. */
#ifndef SPAMWEIR_RUN_ACCEPT_H
#define SPAMWEIR_RUN_ACCEPT_H

#include "base/error.h"
#include "run/instance.h"

/* When nothing is loaded: keeps the file of the feed, for the next load. -errno. */
int sw_accept_for_later(const struct sw_instance *instance, const char *feed,
			struct sw_error *error);

#endif
