/* SPDX-License-Identifier: GPL-2.0 */
/* One of `receivers` of `notices`. */
#ifndef SPAMWEIR_CONFIG_NOTICE_RECEIVER_H
#define SPAMWEIR_CONFIG_NOTICE_RECEIVER_H

#include "config/schema.h"
#include "config/value.h"

/* Reads a value into a struct sw_notice_receiver, and judges it as a whole. -EINVAL. */
int sw_notice_receiver_read(const struct sw_value *value, struct sw_notice_receiver *receiver);

/* One address as mail has it: somebody@example.net, printable ASCII. */
int sw_notice_read_address(const struct sw_value *value, char **out);

void sw_notice_receiver_free(struct sw_notice_receiver *receiver);

#endif
