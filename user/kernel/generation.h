/* SPDX-License-Identifier: GPL-2.0 */
/* A generation: the kernel memory that a compiled policy lives in. */
#ifndef SPAMWEIR_KERNEL_GENERATION_H
#define SPAMWEIR_KERNEL_GENERATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "contract.h"
#include "kernel/gate_change.h"
#include "policy/compile.h"

/* A generation under construction: kernel memory, mapped here. */
struct sw_generation {
	int fd;
	struct sw_policy *policy; /* zeroed; NULL once published */
	size_t size;
	__u64 *within; /* bit per page that is mapped; NULL: all is, or what is begun in parts */
	size_t pages;  /* of these */
	bool placed;   /* programs that come will judge by it: sw_generation_place */
};

#define SW_NO_GENERATION ((struct sw_generation){ .fd = -1 })

/* The memory alone: an fd, the caller's. -errno. */
int sw_generation_map(const struct sw_layout *layout, struct sw_error *error);

int sw_generation_create(const struct sw_layout *layout, struct sw_generation *out,
			 struct sw_error *error);

/* The same, of which struct sw_policy alone is mapped; the rest is opened in parts. */
int sw_generation_begin(const struct sw_layout *layout, struct sw_generation *out,
			struct sw_error *error);

/* What opens and closes parts of it, for sw_compile_parts. */
struct sw_parts sw_generation_parts(struct sw_generation *generation);

/* One that has been written, of which nothing but its settings is mapped: each page that is
 * mapped costs, and a small change needs few. Takes the fd, whose value has `size` bytes;
 * sw_generation_reaches maps the rest, where it is asked for. -errno, and the fd is the
 * caller's. */
int sw_generation_patch(int fd, size_t size, struct sw_generation *out);

/* What opens the parts of such a one, for sw_compile_patch. */
struct sw_parts sw_generation_reaches(struct sw_generation *generation);

/* Puts it into the `policy_map` of programs that are not attached yet, while it is written to:
 * the kernel waits for a grace period, which nothing else has to. What fails is done, and said,
 * by sw_generation_publish, which has to follow with the same map. */
void sw_generation_place(struct sw_generation *generation, int policy_map);

/* Takes one out again that was placed and cannot be written. */
void sw_generation_take_back(struct sw_generation *generation, int policy_map);

/* Makes it the running one: one pointer swap in `policy_map`.
 * When this returns, no packet is judged by the previous one any more. The gate
 * has bits for both from then on: by `change`, or, if that is NULL or of no gate, all of it
 * is compared. */
int sw_generation_publish(struct sw_generation *generation, int policy_map, int gate_map,
			  struct sw_gate_change *change, struct sw_error *error);

/* Leaves the gate with bits for the running generation alone, when no program
 * judges by another. Failing costs nothing but speed, until the next time. */
void sw_generation_settle(int policy_map, int gate_map);

/* The same after a publish by `change`, which ends. */
void sw_generation_settle_change(int policy_map, struct sw_gate_change *change);

/* Makes one that was running the running one again, with one pointer swap: what
 * sw_generation_running gave and has been held since. -EINVAL if `policy_map` has
 * been made anew for larger tables. */
int sw_generation_restore(const struct sw_generation *generation, int policy_map, int gate_map,
			  struct sw_error *error);

/* Unmaps and closes, SW_NO_GENERATION too; what was published lives on in the
 * kernel. */
void sw_generation_close(struct sw_generation *generation);

/* Maps the running generation read-only; released by sw_generation_close.
 * -ENOENT: nothing was published. */
int sw_generation_running(int policy_map, struct sw_generation *out, struct sw_error *error);

/* The same of its settings alone: nothing behind policy->settings may be read. */
int sw_generation_glance(int policy_map, struct sw_generation *out, struct sw_error *error);

/* Which one is running, as the kernel numbers maps: another after each publish.
 * 0: none, or it cannot be read. */
__u32 sw_generation_id(int policy_map);

#endif
