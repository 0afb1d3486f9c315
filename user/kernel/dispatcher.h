/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A NIC that other XDP programs share: libxdp's dispatcher is on it and calls
 * the programs of all owners in turn, each an extension (freplace) of it.
 *
 * libxdp can put programs into a dispatcher and take them out, both atomically,
 * but not replace one by another. So a new program of ours goes in beside the
 * old one, which then goes out: no packet passes unjudged. While both are in,
 * some tenths of a second, a packet that passes is counted by both, and a SYN
 * to an SMTP port takes two tokens. A packet that is dropped counts once.
 *
 * Which programs are ours is written nowhere and so is never wrong: they are
 * those that use our map of counters, the `map` of these functions.
 */
#ifndef SPAMWEIR_KERNEL_DISPATCHER_H
#define SPAMWEIR_KERNEL_DISPATCHER_H

#include <linux/types.h>
#include <stdbool.h>

#include "base/error.h"
#include "config/schema.h"
#include "kernel/datapath.h"

struct sw_share {
	bool occupied;	  /* some XDP program is on the NIC */
	bool dispatcher;  /* it is libxdp's dispatcher */
	unsigned version; /* of a dispatcher that this libxdp cannot read; else 0 */
	bool small;	  /* one in it takes no frames of several buffers, so that none come in */
	bool generic;
	unsigned ours; /* programs in it; more than one: a load was interrupted */
	__u32 id;      /* the kernel's number of one of those */
	unsigned others;
};

/* What is on a NIC. `map` may be -1: then nothing is ours. -errno. */
int sw_share_look(unsigned ifindex, int map, struct sw_share *out);

/* An fd of the program of ours that is there: the caller's. -errno. */
int sw_share_program(const struct sw_share *there);

/* Whether it is in another mode than the config asks for. */
bool sw_share_wrong_mode(const struct sw_interface_config *interface, const struct sw_share *there);

/* Tries whether kernel and libxdp can have dispatchers at all; touches no NIC.
 * -EOPNOTSUPP if the kernel cannot. */
int sw_share_probe(struct sw_error *error);

/* Puts the program of `datapath`, which is open and not loaded, into the NIC's
 * dispatcher, and takes out those of ours that are there. The dispatcher is made if
 * need be. On failure the old ones go on judging. */
int sw_share_attach(const struct sw_interface_config *interface, unsigned ifindex,
		    struct spamweir_bpf *datapath, int map, bool *generic, struct sw_error *error);

/* Takes ours out, and the dispatcher off if no other is in it. 0 if there was
 * none. */
int sw_share_detach(unsigned ifindex, int map, struct sw_error *error);

#endif
