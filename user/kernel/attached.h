/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of the pinned links: where each is, and at work how. */
#ifndef SPAMWEIR_KERNEL_ATTACHED_H
#define SPAMWEIR_KERNEL_ATTACHED_H

#include <linux/types.h>

#include "contract.h"
#include "kernel/state.h"

enum sw_attachment {
	SW_DETACHED,
	SW_NATIVE,
	SW_GENERIC,
	SW_OFFLOADED,
	SW_ELSEWHERE, /* at work, and its NIC is in another network namespace */
};

struct sw_attached {
	char *pin;	  /* its path */
	unsigned ifindex; /* 0: its NIC is gone, or it was detached; if SW_ELSEWHERE, over there */
	enum sw_attachment mode;
};

/* Reads the link pinned at `pin`. -ENOENT: there is none; else -errno. */
int sw_attachment(const char *pin, unsigned *ifindex, enum sw_attachment *mode);

#define SW_ATTACHED_MAX (2 * SW_MAX_INTERFACES)

struct sw_attached_list {
	struct sw_attached link[SW_ATTACHED_MAX];
	size_t links;
};

/* Reads all pinned links; to be freed by sw_attached_free, on failure too. */
int sw_attached_read(const struct sw_state *state, struct sw_attached_list *out,
		     struct sw_error *error);
void sw_attached_free(struct sw_attached_list *list);

/* The one that is at work on a NIC of this network namespace. NULL: none is. */
const struct sw_attached *sw_attached_on(const struct sw_attached_list *list, unsigned ifindex);

/* The one whose NIC, known here by `ifindex` or by the path of the pin, is in
 * another network namespace by now. NULL: none. */
const struct sw_attached *sw_attached_elsewhere(const struct sw_attached_list *list,
						unsigned ifindex, const char *pin);

/* An fd of the program on the link pinned at `pin`: the caller's. -errno. */
int sw_attached_program(const char *pin);

#endif
