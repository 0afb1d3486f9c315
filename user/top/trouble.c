// SPDX-License-Identifier: GPL-2.0
#include "top/trouble.h"

#include <stdio.h>

#include "base/text.h"

struct list {
	char (*line)[SW_TROUBLE_TEXT];
	int most;
	int count; /* all of them, those that have no line too */
};

/* Where the next goes; what has no line is written over by the next. */
static char *next(struct list *list)
{
	static char none[SW_TROUBLE_TEXT];

	return list->count++ < list->most ? list->line[list->count - 1] : none;
}

int sw_top_troubles(const struct sw_snapshot *s, char out[SW_TROUBLES][SW_TROUBLE_TEXT], int most)
{
	struct list list = { .line = out, .most = most };
	const char *problem;
	char age[32];
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		problem = sw_nic_problem_text(s->problem[i]);
		if (s->registry.interface[i].attached && problem)
			snprintf(next(&list), SW_TROUBLE_TEXT, "%s: %s",
				 s->registry.interface[i].name, problem);
	}
	if (s->reload_failed)
		snprintf(next(&list), SW_TROUBLE_TEXT,
			 "the last load or reload failed: `spamweir check` says why");
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (slot->active && slot->unfit_s)
			snprintf(next(&list), SW_TROUBLE_TEXT, "feed %s unfit for %s: %s",
				 slot->name,
				 sw_format_age(s->now_s > slot->unfit_s ? s->now_s - slot->unfit_s
									: 0,
					       age, sizeof(age)),
				 slot->why);
	}
	if (list.count <= most)
		return list.count;
	snprintf(out[most - 1], SW_TROUBLE_TEXT,
		 "%d more things are wrong: `spamweir status` names them all",
		 list.count - most + 1);
	return most;
}
