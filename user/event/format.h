/* SPDX-License-Identifier: GPL-2.0 */
/* Events as JSON, and as lines for people. */
#ifndef SPAMWEIR_EVENT_FORMAT_H
#define SPAMWEIR_EVENT_FORMAT_H

#include <jansson.h>

#include "kernel/registry.h"

/* The caller's to free; NULL: no memory. */
json_t *sw_event_json(const struct sw_event *event, const struct sw_registry *registry);

/* Such an object, perhaps out of the log, as one line for people. `out` has
 * SW_EVENT_TEXT bytes. -EINVAL if it is no event. */
#define SW_EVENT_TEXT 320
int sw_event_text(const json_t *event, char *out);

#endif
