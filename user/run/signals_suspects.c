// SPDX-License-Identifier: GPL-2.0
#include "run/signals_suspects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "detect/suspects.h"
#include "kernel/generation.h"
#include "kernel/open.h"

/* They are found in one go, and what is said goes to a disk. */
struct finding {
	const struct sw_signals_from *from;
	struct sw_suspect *suspect;
	size_t count, room;
};

static int keep(void *ctx, const struct sw_suspect *suspect)
{
	struct finding *f = ctx;

	f->from->suspects[suspect->rule]++;
	if (suspect->rule == SW_RULE_CONTACT || suspect->last_s * 1000 < f->from->since_ms)
		return 0;
	if (f->count == f->room &&
	    sw_grow((void **)&f->suspect, &f->room, sizeof(*f->suspect), 256))
		return -ENOMEM;
	f->suspect[f->count++] = *suspect;
	return 0;
}

static int find(struct finding *f, struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_suspects suspects = { .config = &f->from->config->suspects };
	struct sw_state *state;
	int err = sw_state_open(f->from->instance->pin_dir, SW_READ, &state, NULL);

	if (err)
		return 0; /* nothing is loaded, which others say */
	err = sw_generation_running(state->map[SW_MAP_policy], &running, error);
	if (!err) {
		suspects.state = state;
		suspects.policy = running.policy;
		err = sw_suspects_each(&suspects, keep, f);
		if (err)
			sw_fail(error, err, "cannot look for suspects: %s", strerror(-err));
	}
	sw_generation_close(&running);
	sw_state_close(state);
	return err;
}

static int tell(const struct sw_suspect *suspect, sw_signal_visit visit, void *ctx)
{
	struct sw_signal signal = {
		.address = suspect->subject,
		.kind = "suspect",
		.severity = suspect->severity,
		.first_ms = suspect->first_s * 1000,
		.last_ms = suspect->last_s * 1000,
		.count = suspect->seen.attempts,
		.whole = true,
	};
	char sentence[SW_SENTENCE];

	snprintf(signal.sentence, sizeof(signal.sentence), "%s",
		 sw_suspect_sentence(suspect, sentence));
	return visit(ctx, &signal);
}

int sw_signals_of_suspects(const struct sw_signals_from *from, sw_signal_visit visit, void *ctx,
			   struct sw_error *error)
{
	struct finding f = { .from = from };
	size_t i;
	int err = find(&f, error);

	for (i = 0; !err && i < f.count; i++)
		err = tell(&f.suspect[i], visit, ctx);
	free(f.suspect);
	return err;
}

static char *count_key(int rule, char out[48])
{
	snprintf(out, 48, "suspects_%s", sw_rule_name(rule));
	return out;
}

int sw_suspects_counted(struct sw_store *store, __u64 count[SW_SUSPECT_RULES],
			struct sw_error *error)
{
	char key[48];
	int rule, err = 0;
	__s64 number;

	for (rule = 0; rule < SW_SUSPECT_RULES && !err; rule++) {
		err = sw_store_get_number(store, count_key(rule, key), 0, &number, error);
		count[rule] = err ? 0 : number;
	}
	return err;
}

int sw_suspects_count(struct sw_store *store, const __u64 count[SW_SUSPECT_RULES],
		      struct sw_error *error)
{
	__u64 known[SW_SUSPECT_RULES];
	char key[48];
	int rule, err = sw_suspects_counted(store, known, error);

	for (rule = 0; rule < SW_SUSPECT_RULES && !err; rule++) {
		if (count[rule] != known[rule])
			err = sw_store_put_number(store, count_key(rule, key), count[rule], error);
	}
	return err;
}
