// SPDX-License-Identifier: GPL-2.0
#include "kernel/conduct.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/rows.h"

#define WINDOW SW_CONDUCT_WINDOW

/* What a bank says of the window in which `then` is. */
static struct sw_conduct_seen read_bank(const struct sw_conduct_entry *entry, const __u64 *answers,
					__u32 then)
{
	const struct sw_conduct_bank *bank = &entry->bank[then / WINDOW & 1];
	__u64 window = sw_conduct_window(then), answer = answers[then / WINDOW & 1];
	struct sw_conduct_seen seen = {};

	if (!((bank->word ^ window) >> 48)) {
		seen.syns = sw_conduct_syns(bank->word);
		seen.attempts = sw_conduct_attempts(bank->word);
		seen.servers = __builtin_popcountll(bank->servers[0]) +
			       __builtin_popcountll(bank->servers[1]);
	}
	if (!((answer ^ window) >> 48)) {
		seen.answered = sw_conduct_answered(answer);
		seen.refused = sw_conduct_refused(answer);
		seen.listens = answer & SW_CONDUCT_LISTENS;
	}
	return seen;
}

/* Servers that were tried in this window or the last. */
static __u32 count_servers(const struct sw_conduct_entry *entry, __u32 now)
{
	__u64 bits[2] = { 0 };
	int i, half;

	for (i = 0; i < 2; i++) {
		const struct sw_conduct_bank *bank = &entry->bank[(now / WINDOW - i) & 1];
		__u64 window = sw_conduct_window(now - i * WINDOW);

		for (half = 0; half < 2 && !((bank->word ^ window) >> 48); half++)
			bits[half] |= bank->servers[half];
	}
	return __builtin_popcountll(bits[0]) + __builtin_popcountll(bits[1]);
}

static __u64 least(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

static bool is_anything(const struct sw_conduct_seen *seen)
{
	return seen->syns || seen->answered || seen->refused || seen->listens;
}

/* What is known of the one at a way, if he is whole and there is anything. */
static bool read_way(const struct sw_row_reader *reader, const void *at, __u32 index, int way,
		     void *view)
{
	const struct sw_conduct_bucket *bucket = at;
	struct sw_conduct_view *out = view;
	__u64 word = *(const volatile __u64 *)&bucket->row.word[way];
	struct sw_conduct_entry entry = bucket->entry[way];
	__u32 now = reader->now;

	if (!sw_subject_is_of(reader->seed, &entry.subject, word, index, SW_CONDUCT_BITS))
		return false;
	*out = (struct sw_conduct_view){
		.subject = sw_subject_prefix(&entry.subject, sw_row_family(word), reader->settings),
		.side = sw_bucket_side(index, SW_CONDUCT_BITS),
		.servers = count_servers(&entry, now),
	};
	out->last_age_s = sw_row_seconds(reader, (now - word) & SW_SEEN_MASK);
	out->begun_s = least(sw_row_seconds(reader, now % WINDOW), reader->age_s);
	out->window_s = least(sw_row_seconds(reader, WINDOW), reader->age_s - out->begun_s);
	out->this = read_bank(&entry, bucket->answers[way], now);
	out->last = read_bank(&entry, bucket->answers[way], now - WINDOW);
	return is_anything(&out->this) || is_anything(&out->last);
}

static const struct sw_rows rows = {
	.map = SW_MAP_conduct,
	.bits = SW_CONDUCT_BITS,
	.bucket = sizeof(struct sw_conduct_bucket),
	.read = read_way,
};

int sw_conduct_get(const struct sw_state *state, const struct sw_settings *settings,
		   const struct sw_prefix *address, enum sw_side side, struct sw_conduct_view *out)
{
	return sw_rows_get(&rows, state, settings, address, side, out);
}

struct visit {
	int (*visit)(void *ctx, const struct sw_conduct_view *view);
	void *ctx;
};

static int visit_view(void *ctx, const void *view)
{
	const struct visit *visit = ctx;

	return visit->visit(visit->ctx, view);
}

int sw_conduct_read(const struct sw_row_reader *reader, int map, enum sw_side side,
		    int (*visit)(void *ctx, const struct sw_conduct_view *view), void *ctx)
{
	struct sw_conduct_view seen;

	return sw_rows_each(&rows, reader, map, side, &seen, visit_view,
			    &(struct visit){ visit, ctx });
}

int sw_conduct_each(const struct sw_state *state, const struct sw_settings *settings,
		    enum sw_side side, int (*visit)(void *ctx, const struct sw_conduct_view *view),
		    void *ctx)
{
	struct sw_row_reader reader;
	int err;

	if (state->map[SW_MAP_conduct] < 0)
		return 0;
	err = sw_row_reader(state, settings, &reader);
	return err ? err : sw_conduct_read(&reader, state->map[SW_MAP_conduct], side, visit, ctx);
}
