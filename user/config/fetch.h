/* SPDX-License-Identifier: GPL-2.0 */
/* The keys of a feed that is fetched. */
#ifndef SPAMWEIR_CONFIG_FETCH_H
#define SPAMWEIR_CONFIG_FETCH_H

#include "config/schema.h"
#include "config/value.h"

/* Value readers, into a struct sw_feed_config. */
int sw_fetch_read_url(const struct sw_value *value, void *into);
int sw_fetch_read_every(const struct sw_value *value, void *into);
int sw_fetch_read_timeout(const struct sw_value *value, void *into);
int sw_fetch_read_max_size(const struct sw_value *value, void *into);
int sw_fetch_read_proxy(const struct sw_value *value, void *into);
int sw_fetch_read_proxy_credentials_file(const struct sw_value *value, void *into);
int sw_fetch_read_ca_file(const struct sw_value *value, void *into);
int sw_fetch_read_headers_file(const struct sw_value *value, void *into);
int sw_fetch_read_credentials_file(const struct sw_value *value, void *into);

/* The same of others than feeds; *out is the caller's. */
int sw_fetch_read_webhook(const struct sw_value *value, char **out);
int sw_fetch_read_relay(const struct sw_value *value, char **out);
int sw_fetch_read_proxy_url(const struct sw_value *value, char **out);

/* What depends on several keys. */
int sw_fetch_check(const struct sw_value *value, const struct sw_feed_config *feed);

/* Defaults, and what was allocated. */
struct sw_fetch_config sw_fetch_default(void);
void sw_fetch_free(struct sw_fetch_config *fetch);

#endif
