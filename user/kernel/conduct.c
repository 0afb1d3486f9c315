// SPDX-License-Identifier: GPL-2.0
#include "kernel/conduct.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/window.h"

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
static bool read_way(const struct sw_row_reader *reader, const struct sw_conduct_bucket *bucket,
		     __u32 index, int way, struct sw_conduct_view *out)
{
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

static int find(const struct sw_row_reader *reader, int map, const struct sw_spot *spot,
		struct sw_conduct_view *out)
{
	const struct sw_conduct_bucket *bucket;
	struct sw_window window;
	int i, err;

	err = sw_window_open(map, (size_t)spot->bucket * sizeof(*bucket), sizeof(*bucket), &window);
	if (err)
		return err;
	bucket = window.at;
	err = -ENOENT;
	for (i = 0; i < SW_ROW_WAYS && err; i++) {
		if (sw_row_tag(bucket->row.word[i]) == spot->tag &&
		    read_way(reader, bucket, spot->bucket, i, out))
			err = 0;
	}
	sw_window_close(&window);
	return err;
}

int sw_conduct_get(const struct sw_state *state, const struct sw_settings *settings,
		   const struct sw_prefix *address, enum sw_side side, struct sw_conduct_view *out)
{
	struct sw_subject subject = sw_subject_of(settings, address);
	struct sw_spot spot = sw_spot(&state->abi.seed, subject.hi, subject.lo,
				      address->family == SW_IPV6, side, SW_CONDUCT_BITS);
	struct sw_row_reader reader;
	int err;

	if (state->map[SW_MAP_conduct] < 0)
		return -ENOENT;
	err = sw_row_reader(state, settings, &reader);
	return err ? err : find(&reader, state->map[SW_MAP_conduct], &spot, out);
}

#define SIDE (1UL << SW_CONDUCT_BITS) /* buckets */

static int visit_side(const struct sw_row_reader *reader, const struct sw_conduct_bucket *bucket,
		      enum sw_side side,
		      int (*visit)(void *ctx, const struct sw_conduct_view *view), void *ctx)
{
	struct sw_conduct_view seen;
	int way, err = 0;
	size_t i;

	for (i = 0; i < SIDE && !err; i++) {
		for (way = 0; way < SW_ROW_WAYS && !err; way++) {
			if (bucket[i].row.word[way] &&
			    read_way(reader, &bucket[i], side * SIDE + i, way, &seen))
				err = visit(ctx, &seen);
		}
	}
	return err;
}

int sw_conduct_read(const struct sw_row_reader *reader, int map, enum sw_side side,
		    int (*visit)(void *ctx, const struct sw_conduct_view *view), void *ctx)
{
	size_t size = SIDE * sizeof(struct sw_conduct_bucket);
	struct sw_window window;
	int err;

	/* The other side's pages are not mapped. */
	err = sw_window_open(map, side * size, size, &window);
	if (err)
		return err;
	err = visit_side(reader, window.at, side, visit, ctx);
	sw_window_close(&window);
	return err;
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
