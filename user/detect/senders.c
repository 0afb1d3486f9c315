// SPDX-License-Identifier: GPL-2.0
#include "detect/senders.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/clock.h"
#include "kernel/conduct.h"

static int note(void *ctx, const struct sw_conduct_view *view)
{
	struct sw_senders *senders = ctx;
	__s64 now_s = sw_wall_ms() / 1000;
	struct sw_suspect *sender;

	if (senders->count == senders->room &&
	    sw_grow((void **)&senders->sender, &senders->room, sizeof(*sender), 1024))
		return -ENOMEM;
	sender = &senders->sender[senders->count++];
	*sender = (struct sw_suspect){
		.subject = view->subject,
		.seen = {
			.attempts = view->this.attempts + view->last.attempts,
			.servers = view->servers,
			.answered = view->this.answered + view->last.answered,
			.refused = view->this.refused + view->last.refused,
			.listens = view->this.listens || view->last.listens,
		},
		.span_s = view->begun_s + (view->last.syns ? view->window_s : 0),
		.last_s = now_s - view->last_age_s,
	};
	sender->first_s = now_s - sender->span_s;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sw_suspect *left = a, *right = b;

	return sw_prefix_compare(&left->subject, &right->subject);
}

int sw_senders_read(const struct sw_state *state, const struct sw_settings *settings,
		    enum sw_side side, struct sw_senders *out)
{
	int err;

	*out = (struct sw_senders){ 0 };
	err = sw_conduct_each(state, settings, side, note, out);
	if (!err && out->count)
		qsort(out->sender, out->count, sizeof(*out->sender), compare);
	return err;
}

void sw_senders_free(struct sw_senders *senders)
{
	free(senders->sender);
	*senders = (struct sw_senders){ 0 };
}

const struct sw_suspect *sw_senders_find(const struct sw_senders *senders,
					 const struct sw_prefix *subject)
{
	const struct sw_suspect key = { .subject = *subject };

	if (!senders->count)
		return NULL;
	return bsearch(&key, senders->sender, senders->count, sizeof(key), compare);
}
