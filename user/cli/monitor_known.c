// SPDX-License-Identifier: GPL-2.0
#include "cli/monitor_known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "detect/suspects.h"
#include "store/hours.h"

struct knowing {
	struct sw_monitor_known *known;
	bool monitor; /* all is in monitor mode, and it counts how long it was */
};

static int by_prefix(const void *a, const void *b)
{
	return sw_prefix_compare(a, b);
}

static int note_suspect(void *ctx, const struct sw_suspect *suspect)
{
	struct sw_monitor_known *known = ctx;
	int rule;

	if (known->suspects == known->suspect_room &&
	    sw_grow((void **)&known->suspect, &known->suspect_room, sizeof(*known->suspect), 256))
		return -ENOMEM;
	known->suspect[known->suspects++] = suspect->subject;
	for (rule = 0; rule < SW_SUSPECT_RULES; rule++)
		known->by_rule[rule] += suspect->rules >> rule & 1;
	return 0;
}

static int read_conduct(struct sw_suspects *suspects, struct sw_monitor_known *known,
			struct sw_error *error)
{
	int side, err = sw_suspects_each(suspects, note_suspect, known);

	if (!err && known->suspects)
		qsort(known->suspect, known->suspects, sizeof(*known->suspect), by_prefix);
	for (side = 0; side < SW_SIDES && !err; side++)
		err = sw_senders_read(suspects->state, &suspects->policy->settings, side,
				      &known->senders[side]);
	return err ? sw_fail(error, err, "cannot read the conduct table and the ledger: %s",
			     strerror(-err))
		   : 0;
}

static int note_serving(void *ctx, const struct sw_serving *serving)
{
	struct sw_monitor_known *known = ctx;

	if (known->servings == known->serving_room &&
	    sw_grow((void **)&known->serving, &known->serving_room, sizeof(*serving), 256))
		return -ENOMEM;
	known->serving[known->servings++] = *serving;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct sw_serving *left = a, *right = b;

	if (left->remote != right->remote)
		return left->remote ? 1 : -1;
	return sw_prefix_compare(&left->address, &right->address);
}

static int add_watched(void *ctx, const struct sw_hour *hour)
{
	struct knowing *k = ctx;

	if (!strcmp(hour->what, "watched") && (!k->monitor || !strcmp(hour->name, "monitor")))
		k->known->watched_s += hour->value;
	return 0;
}

static int read_store(struct knowing *k, const char *state_dir, struct sw_error *error)
{
	struct sw_monitor_known *known = k->known;
	__s64 now_ms = sw_wall_ms();
	struct sw_store *store;
	int err = sw_store_open(state_dir, SW_STORE_LOOK, &store, error);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_serving_each(store, now_ms - SW_SERVING_KEPT_MS, note_serving, known, error);
	if (!err)
		err = sw_hours_each(store, now_ms - SW_SERVING_KEPT_MS, now_ms, add_watched, k,
				    error);
	sw_store_close(store);
	if (known->servings)
		qsort(known->serving, known->servings, sizeof(*known->serving), by_address);
	return err;
}

int sw_monitor_know(const char *state_dir, const struct sw_state *state,
		    const struct sw_policy *policy, const struct sw_suspects_config *config,
		    struct sw_monitor_known *out, struct sw_error *error)
{
	struct sw_suspects suspects = { .state = state, .policy = policy, .config = config };
	struct knowing k = { out, policy->settings.monitor };
	int err;

	*out = (struct sw_monitor_known){ 0 };
	err = read_conduct(&suspects, out, error);
	return err ? err : read_store(&k, state_dir, error);
}

void sw_monitor_forget(struct sw_monitor_known *known)
{
	sw_senders_free(&known->senders[SW_SIDE_SUBSCRIBER]);
	sw_senders_free(&known->senders[SW_SIDE_REMOTE]);
	free(known->suspect);
	free(known->serving);
	*known = (struct sw_monitor_known){ 0 };
}

bool sw_monitor_suspects(const struct sw_monitor_known *known, const struct sw_prefix *subject)
{
	return known->suspects &&
	       bsearch(subject, known->suspect, known->suspects, sizeof(*subject), by_prefix);
}

const struct sw_suspect *sw_monitor_serves(const struct sw_monitor_known *known,
					   const struct sw_prefix *subject, enum sw_side side)
{
	const struct sw_suspect *sender = sw_senders_find(&known->senders[side], subject);

	return sender && sw_suspect_serves(&sender->seen) ? sender : NULL;
}

const struct sw_serving *sw_monitor_served(const struct sw_monitor_known *known,
					   const struct sw_prefix *subject, enum sw_side side)
{
	const struct sw_serving key = { .address = *subject, .remote = side == SW_SIDE_REMOTE };

	return known->servings
		       ? bsearch(&key, known->serving, known->servings, sizeof(key), by_address)
		       : NULL;
}
