/* SPDX-License-Identifier: GPL-2.0 */
/* When an entry ends, as lists write it. */
#ifndef SPAMWEIR_FEED_TIMES_H
#define SPAMWEIR_FEED_TIMES_H

#include <linux/types.h>

#include "base/span.h"

/* A time to Unix seconds, of which parts are rounded down: "2026-11-29T10:00:00Z" and
 * what else RFC 3339 has, with a space for the T or without a zone (it is UTC then),
 * a date alone, both without what is between their digits; or a number: Unix seconds,
 * or milli-, micro- or nanoseconds if it is too great. A number from 1 to 99999999 is
 * none of these. */
bool sw_time_parse(struct sw_span text, __u64 *unix_s);

/* The same of when something began, which may be before 1970, as where a program writes
 * 0001-01-01 for what it does not know: 0 then. */
bool sw_time_parse_begun(struct sw_span text, __u64 *unix_s);

/* A moment in UTC, from 1970 on, to Unix seconds. False if there is no such day or time. */
bool sw_time_of(const unsigned part[6], __u64 *unix_s);

/* A duration as Go prints it, "159h4m40.776506185s", "-2m3s", "1.5h", "0s", or in days
 * and weeks, "7d": in seconds, rounded up. */
bool sw_go_duration_parse(struct sw_span text, __s64 *seconds);

#endif
