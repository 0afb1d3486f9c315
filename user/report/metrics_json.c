// SPDX-License-Identifier: GPL-2.0
/* Metrics as one object: a number by the metric's name, or a list of samples. */
#include "report/metrics_json.h"

#include <stdio.h>

#include "report/metrics.h"

struct object {
	json_t *all;
	char name[64]; /* of the metric under way */
};

/* With labels or without is known by the first sample, and there may be none. */
static void object_head(void *ctx, const char *name, const char *type, const char *help)
{
	struct object *object = ctx;

	(void)type;
	(void)help;
	snprintf(object->name, sizeof(object->name), "spamweir_%s", name);
	json_object_set_new(object->all, object->name, json_array());
}

static void object_sample(void *ctx, const struct sw_label *label, size_t labels, __u64 value)
{
	struct object *object = ctx;
	json_t *sample;
	size_t i;

	if (!labels) {
		json_object_set_new(object->all, object->name, json_integer(value));
		return;
	}
	sample = json_object();
	for (i = 0; i < labels; i++)
		json_object_set_new(sample, label[i].name, json_string(label[i].value));
	json_object_set_new(sample, "value", json_integer(value));
	json_array_append_new(json_object_get(object->all, object->name), sample);
}

json_t *sw_metrics_json(const struct sw_snapshot *snapshot)
{
	struct object object = { .all = json_object() };
	const struct sw_metrics_sink sink = { object_head, object_sample, &object };

	sw_metrics_tell(snapshot, &sink);
	return object.all;
}
