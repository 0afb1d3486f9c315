// SPDX-License-Identifier: GPL-2.0
#include "cli/ledger_output.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/subject.h"

int sw_ledger_look(const struct sw_state *state, const struct sw_settings *settings,
		   const struct sw_prefix *address, struct sw_ledger_found *out)
{
	enum sw_side side;
	int err;

	*out = (struct sw_ledger_found){};
	for (side = 0; side < SW_SIDES; side++) {
		err = sw_ledger_get(state, settings, address, side, &out->side[side]);
		if (err && err != -ENOENT)
			return err;
	}
	return 0;
}

/* The word for whom the subject dealt with, by the reason. */
static const char *peer_word(const struct sw_ledger_view *view)
{
	if (view->reason == SW_CNC_DST || view->sent_in)
		return "C&C";
	return "to";
}

static __u64 now(void)
{
	return sw_wall_ms() / 1000;
}

/* What was dropped, and what monitor mode let pass, as one says it. */
static char *times_text(const struct sw_ledger_view *view, char out[128])
{
	const char *who = view->side == SW_SIDE_REMOTE ? " as a remote source" : "";

	if (!view->spared)
		snprintf(out, 128, "dropped %llu times%s", view->drops, who);
	else if (view->spared == view->drops)
		snprintf(out, 128, "not dropped, but passed in monitor mode, %llu times%s",
			 view->spared, who);
	else
		snprintf(out, 128, "dropped %llu times and passed in monitor mode %llu times%s",
			 view->drops - view->spared, view->spared, who);
	return out;
}

void sw_print_ledger_view(const struct sw_ledger_view *view, const char *feed, __u64 now_s)
{
	char times[128], begin[32], last[32], peer[SW_PREFIX_TEXT];
	bool both = view->spared && view->spared < view->drops;
	const char *separator = ": ";
	int reason;

	printf("  %s since %s, last %s ago, %s %s%s%s", times_text(view, times),
	       sw_format_time(now_s - view->first_age_s, begin, sizeof(begin)),
	       sw_format_age(view->last_age_s, last, sizeof(last)), peer_word(view),
	       sw_prefix_format(&view->peer, peer), *feed ? ", feed " : "", feed);
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (!view->by_reason[reason])
			continue;
		printf("%s%s %llu", separator, sw_reason_name(reason), view->by_reason[reason]);
		separator = ", ";
	}
	if (both)
		fputs(view->monitored ? " (the last passed)" : " (the last was dropped)", stdout);
	puts("");
}

void sw_print_ledger(const struct sw_ledger_found *found, const struct sw_registry *registry)
{
	enum sw_side side;

	for (side = 0; side < SW_SIDES; side++) {
		if (found->side[side].drops)
			sw_print_ledger_view(&found->side[side],
					     registry->feed[found->side[side].feed].name, now());
	}
}

static json_t *reasons_json(const struct sw_ledger_view *view)
{
	json_t *reasons = json_object();
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (view->by_reason[reason])
			sw_json_set(&reasons, sw_reason_name(reason),
				    json_integer(view->by_reason[reason]));
	}
	return reasons;
}

json_t *sw_ledger_view_json(const struct sw_ledger_view *view, const char *feed, __u64 now_s)
{
	char subject[SW_PREFIX_TEXT], peer[SW_PREFIX_TEXT];
	json_t *object;

	object = json_pack("{s:s s:I s:I s:I s:I s:I s:I s:s s:b s:s s:b}", "prefix",
			   sw_prefix_format(&view->subject, subject), "drops",
			   (json_int_t)view->drops, "drops_monitored", (json_int_t)view->spared,
			   "since", (json_int_t)(now_s - view->first_age_s), "age_seconds",
			   (json_int_t)view->first_age_s, "last",
			   (json_int_t)(now_s - view->last_age_s), "last_age_seconds",
			   (json_int_t)view->last_age_s, "peer",
			   sw_prefix_format(&view->peer, peer), "peer_sent", view->sent_in,
			   "reason", sw_reason_name(view->reason), "monitored", view->monitored);
	sw_json_set(&object, "feed", *feed ? json_string(feed) : json_null());
	sw_json_set(&object, "reasons", reasons_json(view));
	return object;
}

json_t *sw_ledger_json(const struct sw_ledger_found *found, const struct sw_registry *registry)
{
	json_t *object = json_object();
	enum sw_side side;

	for (side = 0; side < SW_SIDES; side++) {
		if (found->side[side].drops)
			sw_json_set(&object, sw_side_name(side),
				    sw_ledger_view_json(&found->side[side],
							registry->feed[found->side[side].feed].name,
							now()));
	}
	if (!object || json_object_size(object))
		return object;
	json_decref(object);
	return json_null();
}
