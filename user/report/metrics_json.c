// SPDX-License-Identifier: GPL-2.0
/* Metrics as one object: a number by the metric's name, or a list of samples. */
#include "report/metrics_json.h"

#include <stdio.h>

#include "base/json.h"
#include "report/metrics.h"

struct object {
	json_t *all;
	char name[64];	/* of the metric under way */
	json_t *metric; /* its number, or its samples */
};

static void end_metric(struct object *object)
{
	if (object->name[0])
		sw_json_set(&object->all, object->name, object->metric);
	object->metric = NULL;
}

/* Only the first sample tells whether there are labels, and there may be none. */
static void object_head(void *ctx, const char *name, const char *type, const char *help)
{
	struct object *object = ctx;

	(void)type;
	(void)help;
	end_metric(object);
	snprintf(object->name, sizeof(object->name), "spamweir_%s", name);
	object->metric = json_array();
}

static void object_sample(void *ctx, const struct sw_label *label, size_t labels, __u64 value)
{
	struct object *object = ctx;
	json_t *sample;
	size_t i;

	if (!labels) {
		json_decref(object->metric);
		object->metric = json_integer(value);
		return;
	}
	sample = json_object();
	for (i = 0; i < labels; i++)
		sw_json_set(&sample, label[i].name, json_string(label[i].value));
	sw_json_set(&sample, "value", json_integer(value));
	sw_json_append(&object->metric, sample);
}

json_t *sw_metrics_json(const struct sw_snapshot *snapshot)
{
	struct object object = { .all = json_object() };
	const struct sw_metrics_sink sink = { object_head, object_sample, &object };

	sw_metrics_tell(snapshot, &sink);
	end_metric(&object);
	return object.all;
}
