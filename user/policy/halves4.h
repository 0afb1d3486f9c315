/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 in two parts of the address space, about half of the prefixes each, compiled by a
 * thread each. */
#ifndef SPAMWEIR_POLICY_HALVES4_H
#define SPAMWEIR_POLICY_HALVES4_H

#include "policy/compiler.h"

/* Measures, or writes, both sets' ranges: as compiler->halves says, which measuring sets.
 * Who writes has begun what hash4.h says; what either half puts there is put. -ENOMEM, -ENOSPC. */
int sw_halves4_compile(struct sw_compiler *compiler);

#endif
