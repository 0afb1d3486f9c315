/* SPDX-License-Identifier: GPL-2.0 */
/* What of XDP a NIC's driver can do, as the kernel tells since 6.3. */
#ifndef SPAMWEIR_KERNEL_XDP_FEATURES_H
#define SPAMWEIR_KERNEL_XDP_FEATURES_H

#include <linux/types.h>

/* NETDEV_XDP_ACT_ of <linux/netdev.h>, which older headers lack. */
#define SW_XDP_FEATURE_NATIVE 1U /* a program runs in the driver */
#define SW_XDP_FEATURE_FRAGS 32U /* and sees frames of several buffers */

/* A sum of these and others. -ENOENT: the kernel tells nothing; else what netlink said. */
int sw_xdp_features(unsigned ifindex, __u64 *out);

#endif
