/* SPDX-License-Identifier: GPL-2.0 */
/* The keys of a feed that say how mail is judged. */
#ifndef SPAMWEIR_CONFIG_MAIL_H
#define SPAMWEIR_CONFIG_MAIL_H

#include "config/schema.h"
#include "config/value.h"

/* Into a struct sw_feed_config. */
int sw_config_read_to(const struct sw_value *value, void *into);
int sw_config_read_even_zombies(const struct sw_value *value, void *into);
int sw_config_read_feed_limit(const struct sw_value *value, void *into);
int sw_config_read_bounces(const struct sw_value *value, void *into);

/* Checks what depends on several of them, once the feed has been read. */
int sw_config_check_mail(const struct sw_value *value, struct sw_feed_config *feed);

/* How many rates the config has, of the roles, of feeds and of suspects that are slowed: SW_MAX_CLASSES at most. */
size_t sw_config_classes(const struct sw_config *config);

/* The same over all feeds, in the order of the file; `value` is their list. */
int sw_config_check_classes(const struct sw_value *value, const struct sw_config *config);

#endif
