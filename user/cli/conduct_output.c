// SPDX-License-Identifier: GPL-2.0
#include "cli/conduct_output.h"

#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"

int sw_conduct_look(const struct sw_state *state, const struct sw_settings *settings,
		    const struct sw_prefix *address, struct sw_conduct_found *out)
{
	enum sw_side side;
	int err;

	*out = (struct sw_conduct_found){};
	for (side = 0; side < SW_SIDES; side++) {
		err = sw_conduct_get(state, settings, address, side, &out->side[side]);
		if (err && err != -ENOENT)
			return err;
		out->known[side] = !err;
	}
	return 0;
}

static void print_seen(const struct sw_conduct_seen *seen, const char *when)
{
	printf("%u SMTP connections (%u SYNs) to %u%s servers, %u answered, %u refused, %s",
	       seen->attempts, seen->syns, seen->servers, seen->servers > 8 ? " or more" : "",
	       seen->answered, seen->refused, when);
}

void sw_print_conduct_view(const struct sw_conduct_view *view)
{
	char age[32], begun[32], window[32], when[64];

	sw_format_age(view->begun_s, begun, sizeof(begun));
	sw_format_age(view->window_s, window, sizeof(window));
	printf("  opened%s: ", view->side == SW_SIDE_REMOTE ? " as a remote source" : "");
	snprintf(when, sizeof(when), "in the last %s", begun);
	print_seen(&view->this, when);
	if (view->last.syns || view->last.answered || view->last.refused) {
		snprintf(when, sizeof(when), "in the %s before", window);
		fputs(", ", stdout);
		print_seen(&view->last, when);
	}
	printf("; the last SYN %s ago\n", sw_format_age(view->last_age_s, age, sizeof(age)));
	if (view->this.listens || view->last.listens)
		puts("  answers on an SMTP port itself, as mail servers do");
}

void sw_print_conduct(const struct sw_conduct_found *found)
{
	enum sw_side side;

	for (side = 0; side < SW_SIDES; side++) {
		if (found->known[side])
			sw_print_conduct_view(&found->side[side]);
	}
}

static json_t *seen_json(const struct sw_conduct_seen *seen, __u64 seconds)
{
	return json_pack("{s:I s:I s:I s:I s:I s:I s:b}", "seconds", (json_int_t)seconds, "syns",
			 (json_int_t)seen->syns, "connections", (json_int_t)seen->attempts,
			 "servers", (json_int_t)seen->servers, "answered",
			 (json_int_t)seen->answered, "refused", (json_int_t)seen->refused,
			 "listens", (int)seen->listens);
}

json_t *sw_conduct_view_json(const struct sw_conduct_view *view)
{
	char subject[SW_PREFIX_TEXT];
	json_t *object;

	object = json_pack("{s:s s:I}", "prefix", sw_prefix_format(&view->subject, subject),
			   "last_age_seconds", (json_int_t)view->last_age_s);
	sw_json_set(&object, "window", seen_json(&view->this, view->begun_s));
	sw_json_set(&object, "last_window", seen_json(&view->last, view->window_s));
	return object;
}

json_t *sw_conduct_json(const struct sw_conduct_found *found)
{
	json_t *object = json_object();
	enum sw_side side;

	for (side = 0; side < SW_SIDES; side++) {
		if (found->known[side])
			sw_json_set(&object, sw_side_name(side),
				    sw_conduct_view_json(&found->side[side]));
	}
	if (!object || json_object_size(object))
		return object;
	json_decref(object);
	return json_null();
}
