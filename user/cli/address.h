/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses as people type them. */
#ifndef SPAMWEIR_CLI_ADDRESS_H
#define SPAMWEIR_CLI_ADDRESS_H

#include "base/error.h"
#include "base/prefix.h"

/* Reads an address or a prefix; host bits are kept. -EINVAL: `error` says so and, where the text
 * has one in it, as other programs print them, which that probably is. */
int sw_address_read(const char *text, struct sw_prefix *out, struct sw_error *error);

#endif
