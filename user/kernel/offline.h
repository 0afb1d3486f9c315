/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BPF program on frames from elsewhere: a private instance with maps of its
 * own, nothing attached, no pinned state touched, and a clock that the caller
 * sets.
 */
#ifndef SPAMWEIR_KERNEL_OFFLINE_H
#define SPAMWEIR_KERNEL_OFFLINE_H

#include "base/error.h"
#include "tunnel_kinds.h"
#include "contract.h"
#include "kernel/subject.h"

struct sw_offline;

/* Loads the program of a role; `vlans` and `tunnels`: see struct sw_datapath_options. *out is the
 * caller's, released by sw_offline_close. -errno. */
int sw_offline_open(const struct sw_layout *layout, enum sw_role role, const __u8 *vlans,
		    struct sw_tunnels tunnels, struct sw_offline **out, struct sw_error *error);
void sw_offline_close(struct sw_offline *offline); /* NULL is fine */

int sw_offline_policy_map(const struct sw_offline *offline);		 /* an fd, its own */
int sw_offline_gate_map(const struct sw_offline *offline);		 /* the same */
struct sw_limiter *sw_offline_limiter(const struct sw_offline *offline); /* its own */
struct sw_again *sw_offline_again(const struct sw_offline *offline);	 /* its own */

/* To read the rows of its tables: fds, its own, and the reader. `now_ns`: as in
 * sw_offline_run(); `settings` must live as long as *out. */
int sw_offline_ledger_map(const struct sw_offline *offline);
int sw_offline_conduct_map(const struct sw_offline *offline);
void sw_offline_reader(const struct sw_settings *settings, __u64 now_ns, struct sw_row_reader *out);

struct sw_offline_outcome {
	enum sw_reason reason;
	__u32 feed; /* slot; 0: none decided */
};

/* Whether the last frame, judged at `time_ns`, made somebody a live zombie, or slowed him:
 * 1, and who. */
int sw_offline_detected(struct sw_offline *offline, __u64 time_ns, struct sw_live_key *key,
			struct sw_live *entry);

/* Judges a frame of at least an Ethernet header at `time_ns` (any epoch). -errno:
 * what the kernel said. */
int sw_offline_run(struct sw_offline *offline, const void *frame, __u32 size, __u64 time_ns,
		   struct sw_offline_outcome *out);

#endif
