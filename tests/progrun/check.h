/* SPDX-License-Identifier: GPL-2.0 */
/* One frame, two opinions: the program's and the model's. */
#ifndef SPAMWEIR_PROGRUN_CHECK_H
#define SPAMWEIR_PROGRUN_CHECK_H

#include "harness.h"

#define SW_SECOND_US 1000000ULL
#define SW_SECOND_NS 1000000000ULL

struct sw_check {
	struct sw_rig rig;
	struct sw_world world;
	struct sw_model model;
	struct sw_frame frame;
	__u64 now_ns;
	__u32 turn; /* the last length of the first buffer, of frames that come by turns */
	unsigned long frames;
	unsigned long wrong;
	bool split; /* sw_check_reason() judges wherever the first buffer ends, too */
	unsigned long seen[SW_REASON_COUNT];
	struct sw_tunnelled tunnelled; /* as it was counted until now */
};

/* Group set-up and tear-down of cmocka: *state is a struct sw_check. Where BPF
 * may not be used sw_check_of() skips the test, saying so. */
int sw_check_setup(void **state);
int sw_check_setup_online(void **state); /* with the kernel's clock, and events */
/* What is sent again is another connection: for tests that send one frame often. */
int sw_check_setup_forgetful(void **state);
int sw_check_setup_tunnels(void **state);	 /* with all opened that can be */
int sw_check_setup_closed_tunnels(void **state); /* with none opened */
int sw_check_teardown(void **state);
struct sw_check *sw_check_of(void **state);

/* Starts a test: check->world as the caller has filled it, empty limiter. */
void sw_check_publish(struct sw_check *check);

/* Judges check->frame by both, and reports where they differ; `what` names the
 * case. */
void sw_check_frame(struct sw_check *check, enum sw_role role, const char *what);

/* The same for one frame of very many, of which a sample may do: see EVERY. It is judged
 * whole, and once more with a first buffer of each length in turn. */
void sw_check_sample(struct sw_check *check, enum sw_role role, const char *what);

/* The same with the frame in several buffers: `linear` is sw_rig_run()'s. */
void sw_check_buffers(struct sw_check *check, enum sw_role role, __u32 linear, const char *what);

/* The same with every length of the first buffer in which headers may end. */
void sw_check_split(struct sw_check *check, enum sw_role role, const char *what);

/* The same for every value of the one or two bytes at `at`, in both roles. */
void sw_check_sweep(struct sw_check *check, __u32 at, unsigned bytes, const char *what);

/* A length field: every value around the frame's own length, some of the rest. */
void sw_check_sweep_length(struct sw_check *check, __u32 at, const char *what);

/* Both must say `reason`, too. */
void sw_check_reason(struct sw_check *check, enum sw_role role, enum sw_reason reason,
		     const char *what);

/* Ends a test: fails it if any frame was judged wrongly. */
void sw_check_done(struct sw_check *check);

const char *sw_check_reason_name(__u32 reason);

#endif
