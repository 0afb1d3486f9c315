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

/* Who reads a table of rows: what he needs beside the table. */
#define SW_AGE_UNKNOWN (~0ULL)

struct sw_row_reader {
	const struct sw_seed *seed; /* by which places were chosen */
	const struct sw_settings *settings;
	__u32 now;     /* of the slow clock */
	__u64 unit_ns; /* how long a unit of it is */
	__u64 age_s;   /* since when anything is counted; SW_AGE_UNKNOWN */
};

/* The reader of a state's tables, as of now. -errno. */
int sw_row_reader(const struct sw_state *state, const struct sw_settings *settings,
		  struct sw_row_reader *out);

/* Whole seconds of so many units of the clock. */
__u64 sw_row_seconds(const struct sw_row_reader *reader, __u32 units);

/* The family of the one whose word in a row it is. */
enum sw_family sw_row_family(__u64 word);

/* How full a table is, and what it has forgotten. */
struct sw_row_sum {
	__u64 used;
	__u64 evicted;
	__u64 missed;
};

/* Adds what a row says; what was forgotten, since programs keep tallies (maps/tally.h), does
 * not stand there. */
void sw_row_add(const struct sw_row *row, struct sw_row_sum *sum);

#endif
