/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The version of a dispatcher of libxdp. libxdp reads none that is newer than
 * itself, and says -EOPNOTSUPP then, as drivers do that have no XDP.
 *
 * Its version is in its BTF: the number of elements of an array that the variable
 * `dispatcher_version` in the section `xdp_metadata` points to.
 */
#ifndef SPAMWEIR_KERNEL_DISPATCHER_VERSION_H
#define SPAMWEIR_KERNEL_DISPATCHER_VERSION_H

#include <stdbool.h>

/* That of the program on a NIC; *generic: how it is attached. 0: it is no dispatcher, or
 * none is there. */
unsigned sw_dispatcher_version_on(unsigned ifindex, bool *generic);

#endif
