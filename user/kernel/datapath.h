/* SPDX-License-Identifier: GPL-2.0 */
/* The BPF object: one instance a NIC, specialised by constants, sharing maps. */
#ifndef SPAMWEIR_KERNEL_DATAPATH_H
#define SPAMWEIR_KERNEL_DATAPATH_H

#include <stdbool.h>

#include "base/error.h"
#include "contract.h"

struct bpf_object;
struct spamweir_bpf;

#define SW_NO_POLICY_MAP (-1)

struct sw_datapath_options {
	const struct sw_layout *layout;
	const struct sw_seed *seed;
	enum sw_role role; /* whose program; SW_ROLES: none, only the maps are made */
	__u32 interface;   /* slot */
	const __u8 *vlans; /* SW_VLAN_BYTES: roles by VLAN; NULL: none has one of its own */
	struct sw_tunnels tunnels;
	bool offline;	/* clock and outcome in .data.offline: replay */
	const int *map; /* SW_MAPS fds to share, -1 where there is none; NULL: none at all */
	int generation; /* fd of one of that layout, to make the policy map by; 0: there is none;
			   SW_NO_POLICY_MAP: that map is not made */
};

/* Does what sw_datapath_load does, except loading, which is left to libxdp. */
int sw_datapath_open(const struct sw_datapath_options *options, struct spamweir_bpf **out,
		     struct sw_error *error);

/* Loads an instance into the kernel. *out is the caller's, to be released by
 * sw_datapath_close; links and pins outlive it. -errno, `error` explains and
 * holds the verifier's last lines if it was the verifier. */
int sw_datapath_load(const struct sw_datapath_options *options, struct spamweir_bpf **out,
		     struct sw_error *error);
void sw_datapath_close(struct spamweir_bpf *datapath); /* NULL is fine */

/* The program of the role that was asked for: an fd that the instance owns. */
int sw_datapath_program(const struct spamweir_bpf *datapath);
const char *sw_datapath_program_name(const struct spamweir_bpf *datapath);

/* The first warning of libbpf since sw_datapath_open or _load was called last; "" if
 * there was none. */
const char *sw_datapath_said(void);

/* Keeps what libbpf says off stderr. sw_datapath_open and _load do so too. */
void sw_datapath_hush_libbpf(void);

struct bpf_object *sw_datapath_object(const struct spamweir_bpf *datapath); /* its own */

/* A duplicate fd of one of its maps (enum sw_map): the caller's. -errno. */
int sw_datapath_map(const struct spamweir_bpf *datapath, int map);

#endif
