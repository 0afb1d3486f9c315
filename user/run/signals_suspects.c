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
