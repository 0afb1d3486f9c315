// SPDX-License-Identifier: GPL-2.0
#include "kernel/conduct.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/jiffies.h"
#include "kernel/window.h"

#define WINDOW (1U << SW_CONDUCT_WINDOW_BITS)

__u64 sw_conduct_window_s(void)
{
	return sw_slow_seconds(WINDOW);
}

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

static bool is_anything(const struct sw_conduct_seen *seen)
{
	return seen->syns || seen->answered || seen->refused || seen->listens;
}

static bool read_way(const struct sw_state *state, const struct sw_conduct_bucket *bucket,
		     const struct sw_spot *spot, int way, __u32 now, struct sw_conduct_view *out)
{
	__u64 word = *(const volatile __u64 *)&bucket->row.word[way];
	struct sw_conduct_entry entry = bucket->entry[way];

	if (sw_row_tag(word) != spot->tag || !sw_subject_is_of(&state->abi.seed, &entry.subject,
							       word, spot->bucket, SW_CONDUCT_BITS))
		return false;
	out->last_age_s = sw_slow_seconds((now - word) & SW_SEEN_MASK);
	out->begun_s = sw_slow_seconds(now % WINDOW);
	out->this = read_bank(&entry, bucket->answers[way], now);
	out->last = read_bank(&entry, bucket->answers[way], now - WINDOW);
	return is_anything(&out->this) || is_anything(&out->last);
}

static int find(const struct sw_state *state, const struct sw_spot *spot, __u32 now,
		struct sw_conduct_view *out)
{
	const struct sw_conduct_bucket *bucket;
	struct sw_window window;
	int i, err;

	err = sw_window_open(state->map[SW_MAP_conduct], (size_t)spot->bucket * sizeof(*bucket),
			     sizeof(*bucket), &window);
	if (err)
		return err;
	bucket = window.at;
	err = -ENOENT;
	for (i = 0; i < SW_ROW_WAYS && err; i++) {
		if (read_way(state, bucket, spot, i, now, out))
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
	__u32 now;
	int err;

	if (state->map[SW_MAP_conduct] < 0)
		return -ENOENT;
	*out = (struct sw_conduct_view){
		.subject = sw_subject_prefix(&subject, address->family, settings),
		.side = side,
	};
	err = sw_slow_now(&now);
	return err ? err : find(state, &spot, now, out);
}

int sw_conduct_sum(const struct sw_state *state, struct sw_row_sum out[SW_SIDES])
{
	return sw_rows_sum(state->map[SW_MAP_conduct], sizeof(struct sw_conduct_bucket),
			   SW_CONDUCT_BITS, out);
}
