// SPDX-License-Identifier: GPL-2.0
#include "run/case_json.h"

#include "base/json.h"

json_t *sw_case_json(const struct sw_case *found)
{
	json_t *object;

	object = json_pack("{s:I s:s s:s s:s s:I s:I s:I s:I}", "id", (json_int_t)found->id,
			   "state", sw_case_state_name(found->state), "severity",
			   sw_severity_name(found->severity), "address", found->address, "opened",
			   (json_int_t)(found->opened_ms / 1000), "first",
			   (json_int_t)(found->first_ms / 1000), "last",
			   (json_int_t)(found->last_ms / 1000), "count", (json_int_t)found->count);
	sw_json_set(&object, "account",
		    found->account[0] ? sw_json_text(found->account) : json_null());
	sw_json_set(&object, "sentence", sw_json_text(found->sentence));
	sw_json_set(&object, "closed",
		    found->closed_ms ? json_integer(found->closed_ms / 1000) : json_null());
	sw_json_set(&object, "why", found->why[0] ? sw_json_text(found->why) : json_null());
	return object;
}

static int add_signal(void *ctx, const struct sw_signal *signal)
{
	char address[SW_PREFIX_TEXT];
	json_t **list = ctx, *item;

	item = json_pack("{s:s s:s s:s s:I s:I s:I}", "kind", signal->kind, "severity",
			 sw_severity_name(signal->severity), "address",
			 sw_prefix_format(&signal->address, address), "count",
			 (json_int_t)signal->count, "first", (json_int_t)(signal->first_ms / 1000),
			 "last", (json_int_t)(signal->last_ms / 1000));
	sw_json_set(&item, "peer", signal->peer[0] ? sw_json_text(signal->peer) : json_null());
	sw_json_set(&item, "feed", signal->feed[0] ? sw_json_text(signal->feed) : json_null());
	sw_json_set(&item, "sentence", sw_json_text(signal->sentence));
	sw_json_append(list, item);
	return 0;
}

int sw_case_signals_json(struct sw_store *store, __s64 id, json_t **out, struct sw_error *error)
{
	*out = json_array();
	return sw_case_signals(store, id, add_signal, out, error);
}
