/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The real programs, loaded privately: nothing is attached or pinned, and
 * frames are judged by BPF_PROG_TEST_RUN.
 */
#ifndef SPAMWEIR_PROGRUN_HARNESS_H
#define SPAMWEIR_PROGRUN_HARNESS_H

#include "contract.h"
#include "frame.h"
#include "model.h"

struct spamweir_bpf;

#define SW_RIG_INTERFACE 5 /* slot */

struct sw_rig {
	struct spamweir_bpf *skel;
	int program[SW_ROLES];
	struct sw_seed seed;
	struct sw_layout layout;
	int generation_fd;
	struct sw_policy *policy; /* the running generation, mapped */
	struct sw_limiter *limiter;
	struct sw_again *again;
	struct sw_gate *gate; /* the object's */
	bool offline;
	bool forgetful;
	bool tunnels; /* are looked for: */
	__u32 opened_tunnels;
	__u8 *out; /* where the kernel puts the frame back */
};

struct sw_rig_options {
	bool offline; /* the clock is set by the test, and programs leave reason and feed behind */
	bool forgetful; /* a SYN that is sent again is another connection */
	bool tunnels;	/* are looked for: */
	__u32 opened_tunnels;
};

/* -EPERM where BPF may not be used; else -errno. */
int sw_rig_open(struct sw_rig *rig, const struct sw_rig_options *options);
void sw_rig_close(struct sw_rig *rig);

/* Makes `world` what the programs judge by, in place; limiter state stays. No
 * frame may be under way. */
int sw_rig_publish(struct sw_rig *rig, const struct sw_world *world);

/* The same by a new generation and one swap, whatever is under way; but live
 * zombies stay as they are. */
int sw_rig_swap(struct sw_rig *rig, const struct sw_world *world);

void sw_rig_forget_limits(struct sw_rig *rig);
void sw_rig_clock(struct sw_rig *rig, __u64 now_ns);

/* A map's only value, shared with the kernel; NULL, errno says why. */
void *sw_rig_map(int fd, size_t value_size);

/* An empty generation, running. For sw_rig_open() and sw_rig_close(). */
int sw_rig_open_generation(struct sw_rig *rig);
void sw_rig_close_generation(struct sw_rig *rig);

struct sw_outcome {
	__u32 action; /* enum xdp_action */
	__u32 reason; /* of an offline rig, as is feed */
	__u32 feed;
	bool rewritten; /* the frame came back changed */
};

/* `linear`: how many bytes stand in the first buffer, the others being in
 * fragments; SW_FRAME_ALL: as many as fit. -EOPNOTSUPP where the kernel cannot do
 * that. */
int sw_rig_run(struct sw_rig *rig, enum sw_role role, const __u8 *data, __u32 size, __u32 linear,
	       struct sw_outcome *out);

/* The same frame `count` times; what became of it, the counters tell. */
int sw_rig_repeat(struct sw_rig *rig, enum sw_role role, const __u8 *data, __u32 size, __u32 count);

/* Calls `event` for every event that waits in the ring; their number, or -errno. */
int sw_rig_events(struct sw_rig *rig, int (*event)(void *ctx, void *data, size_t size), void *ctx);
int sw_rig_events_lost(struct sw_rig *rig, __u64 *out);
int sw_rig_events_renew(struct sw_rig *rig); /* a full budget, nothing lost */

/* Sums over CPUs. */
int sw_rig_counters(struct sw_rig *rig, __u32 interface, struct sw_counters *out);
int sw_rig_tunnelled(struct sw_rig *rig, struct sw_tunnelled *out);
int sw_rig_tally(struct sw_rig *rig, __u32 which, struct sw_tally_row *out);
int sw_rig_tally_forget(struct sw_rig *rig);
int sw_rig_feed_counter(struct sw_rig *rig, __u32 slot, struct sw_counter *out);

#endif
