/* SPDX-License-Identifier: GPL-2.0 */
/* From addresses to those that the ledger and the conduct table know, and back. */
#ifndef SPAMWEIR_KERNEL_SUBJECT_H
#define SPAMWEIR_KERNEL_SUBJECT_H

#include "base/prefix.h"
#include "kernel/state.h"

/* "subscriber", "remote". */
const char *sw_side_name(enum sw_side side);

/* The subject that an address is, or belongs to. */
struct sw_subject sw_subject_of(const struct sw_settings *settings,
				const struct sw_prefix *address);

/* And back: an IPv6 subject is the prefix that `settings` limit by. */
struct sw_prefix sw_subject_prefix(const struct sw_subject *subject, __u8 family,
				   const struct sw_settings *settings);

/* The family of the one whose word in a row it is. */
enum sw_family sw_row_family(__u64 word);

/* What rows say in all. */
struct sw_row_sum {
	__u64 used;
	__u64 evicted;
	__u64 missed;
};

void sw_row_add(const struct sw_row *row, struct sw_row_sum *sum);

/* Sums by side over a map of buckets of `bucket_size` bytes, each of which begins with its
 * row: 1 << `bits` for either side. All zero without a map (`fd` below 0). -errno. */
int sw_rows_sum(int fd, size_t bucket_size, unsigned bits, struct sw_row_sum out[SW_SIDES]);

#endif
