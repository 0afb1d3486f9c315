/* SPDX-License-Identifier: GPL-2.0 */
/* What a NIC and its driver say of themselves, as ethtool(8) shows it. */
#ifndef SPAMWEIR_KERNEL_ETHTOOL_H
#define SPAMWEIR_KERNEL_ETHTOOL_H

#include <linux/types.h>
#include <stdbool.h>

struct sw_ethtool {
	char driver[32]; /* "": none says */
	bool silent;	 /* it could not be asked for these two: */
	bool up;
	bool carrier;		 /* and the other end is there */
	unsigned mtu;		 /* bytes; 0: it is not known, as all numbers here */
	unsigned ring, ring_max; /* of receiving: descriptors of a queue */
	unsigned rx, tx;	 /* channels of their own */
	unsigned combined, combined_max;
	unsigned rules;		  /* that steer or drop what comes in (ntuple) */
	bool lro, gro_hw, rxvlan; /* what it does to frames before a program sees them */
	bool gro_hw_fixed;	  /* and it cannot be told to leave that */
};

/* One command of SIOCETHTOOL, a struct of <linux/ethtool.h> that begins with its number, for
 * a NIC by the kernel's name. -errno. */
int sw_ethtool_ask(const char *name, void *command);

/* What it does not say is zero; the second reads .mtu, .silent, .up and .carrier alone. */
void sw_ethtool_read(const char *name, struct sw_ethtool *out);
void sw_ethtool_read_link(const char *name, struct sw_ethtool *out);

#endif
