/* SPDX-License-Identifier: GPL-2.0 */
/* What there is to tell, put in the spools of those who want to know. */
#ifndef SPAMWEIR_RUN_NOTICES_H
#define SPAMWEIR_RUN_NOTICES_H

#include <jansson.h>

#include "config/schema.h"
#include "run/instance.h"
#include "store/store.h"

struct sw_notices_due {
	__u64 receivers; /* a bit each, by their order in the config, who have something due */
	__s64 next_ms;	 /* Unix time when the next is; SW_FOREVER_MS: none waits */
};

/* Before anything is written into time lines: who is new in the configuration is told of it. */
int sw_notices_know(const struct sw_config *config, struct sw_store *store, struct sw_error *error);

/* Looks through time lines and alarms for what is new since. -errno of the store. */
int sw_notices_make(const struct sw_instance *instance, const struct sw_config *config,
		    struct sw_store *store, struct sw_error *error);

int sw_notices_look(const struct sw_config *config, struct sw_store *store,
		    struct sw_notices_due *out, struct sw_error *error);

/* A document without a case, of an event, or NULL: no memory. `text` is a sentence. */
json_t *sw_notice_document(const char *event, enum sw_severity severity, const char *text);

#endif
