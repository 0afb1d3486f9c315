/* SPDX-License-Identifier: GPL-2.0 */
/* `smtp`: ports, limits, and how IPv6 sources are cut. */
#ifndef SPAMWEIR_CONFIG_SMTP_H
#define SPAMWEIR_CONFIG_SMTP_H

#include "config/value.h"

/* Reads a value into a struct sw_config (an sw_value_reader). After a failure, too,
 * what was read is in it and is freed with it. */
int sw_config_read_smtp(const struct sw_value *value, void *config);

struct sw_limit_config;

/* A rate with a burst, or off; `closable`: or closed. */
int sw_config_read_limit(const struct sw_value *value, bool closable,
			 struct sw_limit_config *limit);

/* "30/min" as the time between two. NULL, or what was expected. */
const char *sw_config_parse_rate(const char *text, __u64 *interval_ns);

/* What that was parsed from, or what is the same in a shorter unit; `per` stands for the
 * slash. Returns `out`. */
#define SW_RATE_TEXT 24
char *sw_config_format_rate(__u64 interval_ns, const char *per, char out[SW_RATE_TEXT]);

#endif
