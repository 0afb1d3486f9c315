/* SPDX-License-Identifier: GPL-2.0 */
/* An address with a port, as lists of servers have it. */
#ifndef SPAMWEIR_FEED_ENDPOINT_H
#define SPAMWEIR_FEED_ENDPOINT_H

#include "base/prefix.h"
#include "base/span.h"

/* "192.0.2.1:443", "[2001:db8::1]:443". False if it is none. */
bool sw_endpoint_parse(struct sw_span text, struct sw_prefix *address, struct sw_span *port);

/* The same, or an address or prefix alone: then *port is empty. */
bool sw_endpoint_or_prefix(struct sw_span text, struct sw_prefix *prefix, struct sw_span *port);

#endif
