// SPDX-License-Identifier: GPL-2.0
#include "kernel/ledger.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/subject.h"
#include "kernel/rows.h"

/* CPUs write while this reads. What is copied while the peer is being changed is
 * copied again; a CPU changes it in a few nanoseconds. */
static void copy(const struct sw_ledger_bucket *bucket, int way, struct sw_ledger_entry *to,
		 __u64 *main)
{
	const volatile __u64 *now = &bucket->main[way];
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		*main = *now;
		__sync_synchronize();
		*to = bucket->entry[way];
		__sync_synchronize();
		if (!(*main & SW_LEDGER_BUSY) && *now == *main)
			return;
	}
}

static __u64 age(const struct sw_row_reader *reader, __u32 then)
{
	__s32 units = reader->now - then;

	return units > 0 ? sw_row_seconds(reader, units) : 0;
}

/* An address. Whoever a subscriber of 4in6 deals with has one of IPv4. */
static struct sw_prefix peer_of(const struct sw_subject *peer, __u64 word,
				const struct sw_settings *settings)
{
	int is_ipv4 = !peer->hi && peer->lo >> 32 == SW_SUBJECT_IPV4_PREFIX >> 32;
	struct sw_prefix prefix =
		sw_subject_prefix(peer, is_ipv4 ? SW_IPV4 : sw_row_family(word), settings);

	prefix.length = sw_family_bits(prefix.family);
	return prefix;
}

/* Copies what is known of the one at a way, and tells whether it is whole. */
static bool read_way(const struct sw_row_reader *reader, const void *at, __u32 index, int way,
		     void *view)
{
	const struct sw_ledger_bucket *bucket = at;
	struct sw_ledger_view *out = view;
	__u64 word = *(const volatile __u64 *)&bucket->row.word[way];
	struct sw_ledger_entry entry;
	__u64 main;
	int reason;

	copy(bucket, way, &entry, &main);
	if (!sw_subject_is_of(reader->seed, &entry.subject, word, index, SW_LEDGER_BITS))
		return false;
	*out = (struct sw_ledger_view){
		.subject = sw_subject_prefix(&entry.subject, sw_row_family(word), reader->settings),
		.side = sw_bucket_side(index, SW_LEDGER_BITS),
		.first_age_s = age(reader, entry.first[0]),
		.last_age_s = age(reader, entry.last),
		.calls = sw_ledger_calls(&entry, main),
		.peer = peer_of(&entry.peer, word, reader->settings),
		.reason = sw_ledger_reason(entry.about),
		.feed = sw_ledger_feed(entry.about),
		.sent_in = sw_ledger_sent_in(entry.about),
		.monitored = sw_ledger_monitored(entry.about),
	};
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		out->by_reason[reason] = sw_ledger_drops(&entry, main, reason);
		out->drops += out->by_reason[reason];
	}
	/* CPUs may have counted one and not yet the other. */
	out->spared = entry.spared[0] < out->drops && entry.spared[0] != ~0U ? entry.spared[0]
									     : out->drops;
	return true;
}

static const struct sw_rows rows = {
	.map = SW_MAP_ledger,
	.bits = SW_LEDGER_BITS,
	.bucket = sizeof(struct sw_ledger_bucket),
	.read = read_way,
};

int sw_ledger_get(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, enum sw_side side, struct sw_ledger_view *out)
{
	return sw_rows_get(&rows, state, settings, address, side, out);
}

struct visit {
	int (*visit)(void *ctx, const struct sw_ledger_view *view);
	void *ctx;
};

static int visit_view(void *ctx, const void *view)
{
	const struct visit *visit = ctx;

	return visit->visit(visit->ctx, view);
}

int sw_ledger_read(const struct sw_row_reader *reader, int map, enum sw_side side,
		   int (*visit)(void *ctx, const struct sw_ledger_view *view), void *ctx)
{
	struct sw_ledger_view seen;

	return sw_rows_each(&rows, reader, map, side, &seen, visit_view,
			    &(struct visit){ visit, ctx });
}

int sw_ledger_each(const struct sw_state *state, const struct sw_settings *settings,
		   enum sw_side side, int (*visit)(void *ctx, const struct sw_ledger_view *view),
		   void *ctx)
{
	struct sw_row_reader reader;
	int err;

	if (state->map[SW_MAP_ledger] < 0)
		return 0;
	err = sw_row_reader(state, settings, &reader);
	return err ? err : sw_ledger_read(&reader, state->map[SW_MAP_ledger], side, visit, ctx);
}
