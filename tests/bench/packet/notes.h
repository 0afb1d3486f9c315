/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What whoever notes exactly must do at the least: read who is in a bucket, claim a place
 * there and count against CPUs that race, all in one pair of lines whose address follows
 * from the subject's, and write one line of him. Nothing is read there, and who has to go
 * is not looked for. Only limit.bpf.c notes so; tables are as large as spamweir's of
 * subscribers.
 */
#ifndef SPAMWEIR_BENCH_NOTES_H
#define SPAMWEIR_BENCH_NOTES_H

#include "near.h"

#define BENCH_NOTES_BITS 14
#define BENCH_NOTES_WAYS 7
#define BENCH_AGAIN_BITS 17

struct bench_notes {
	__u64 who[BENCH_NOTES_WAYS];
	__u64 turn; /* 0, which the compiler cannot know: a place is known when this was read */
	__u64 count[BENCH_NOTES_WAYS + 1];
	struct bench_line entry[BENCH_NOTES_WAYS + 1];
	__u64 others[48]; /* counts for other reasons, which few have */
};

_Static_assert(sizeof(struct bench_notes) == 1024, "as a bucket of the ledger");

#ifdef __bpf__
/* Begins to load the pair of lines. */
static inline __attribute__((always_inline)) void bench_notes_preload(const struct bench_notes *at)
{
	(void)*(const volatile __u64 *)at->who;
	(void)*(const volatile __u64 *)at->count;
}

static inline __attribute__((always_inline)) void
bench_notes_write(struct bench_notes *at, __u32 hash, __u64 subject, __u64 peer)
{
	__u32 way = ((hash & 0xffff) * BENCH_NOTES_WAYS >> 16) ^ (at->turn & 7);
	__u64 *who, seen;
	struct bench_line *entry;

	__asm__("" : "+r"(way)); /* else the mask is applied where the verifier cannot see it */
	way &= 7;
	who = &at->who[way];
	entry = &at->entry[way];
	seen = *(volatile __u64 *)who;
	__sync_val_compare_and_swap(who, seen, subject | 1);
	__sync_fetch_and_add(&at->count[way], 1);
	entry->word[0] = subject;
	entry->word[1] = peer;
	entry->word[2] = hash;
	entry->word[3] = 0;
	entry->word[4] = 0;
}
#endif

#endif
