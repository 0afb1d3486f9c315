// SPDX-License-Identifier: GPL-2.0
#include "feed/versions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/array.h"
#include "base/json.h"
#include "feed/times.h"
#include "feed/walk.h"

/* Ordered as they stand here; of ids only whether they are the same matters. */
struct sw_version {
	XXH128_hash_t id;
	__u64 seconds;
	__u32 nanoseconds;
	bool revoked;
};

static int compare(const void *a, const void *b)
{
	const struct sw_version *x = a, *y = b;
	int order = XXH128_cmp(&x->id, &y->id);

	if (!order)
		order = (x->seconds > y->seconds) - (x->seconds < y->seconds);
	if (!order)
		order = (x->nanoseconds > y->nanoseconds) - (x->nanoseconds < y->nanoseconds);
	return order ? order : x->revoked - y->revoked;
}

/* Versions may follow each other within a second: what stands behind its dot. */
static __u32 nanoseconds_of(struct sw_span time)
{
	const char *at = time.size ? memchr(time.at, '.', time.size) : NULL;
	__u32 sum = 0, worth = 100000000;

	if (!at)
		return 0;
	for (at++; at < time.at + time.size && (unsigned)(*at - '0') <= 9; at++) {
		sum += worth * (*at - '0');
		worth /= 10;
	}
	return sum;
}

static struct sw_version version_of(struct sw_span id, struct sw_span modified, bool revoked)
{
	struct sw_version version = {
		.id = XXH3_128bits(id.at, id.size),
		.revoked = revoked,
	};

	if (sw_time_parse(modified, &version.seconds))
		version.nanoseconds = nanoseconds_of(modified);
	return version;
}

bool sw_version_is_dated(struct sw_span modified)
{
	__u64 seconds;

	return !modified.size || sw_time_parse(modified, &seconds);
}

static struct sw_span text_of(const json_t *object, const char *name)
{
	const json_t *member = json_object_get(object, name);

	if (!json_is_string(member))
		return (struct sw_span){ "", 0 };
	return (struct sw_span){ json_string_value(member), json_string_length(member) };
}

static bool is_revoked(const json_t *object)
{
	struct sw_span text = text_of(object, "revoked");

	return json_is_true(json_object_get(object, "revoked")) ||
	       (text.size == 4 && !memcmp(text.at, "true", 4));
}

static int add(struct sw_versions *versions, const json_t *object)
{
	struct sw_span id = text_of(object, "id"), type = text_of(object, "type");

	if (!id.size || type.size != 9 || memcmp(type.at, "indicator", 9))
		return 0;
	if (versions->count == versions->room &&
	    sw_grow((void **)&versions->item, &versions->room, sizeof(*versions->item), 64))
		return -ENOMEM;
	versions->item[versions->count++] =
		version_of(id, text_of(object, "modified"), is_revoked(object));
	return 0;
}

/* Whoever takes the objects says what is wrong with one. */
static int look(void *ctx, const struct sw_walk_element *element)
{
	struct sw_versions *versions = ctx;
	json_t *object;
	int err = sw_json_parse(element->text.at, element->text.size, &object);

	if (!err) {
		versions->err = add(versions, object);
		json_decref(object);
	} else if (err == -ENOMEM) {
		versions->err = err;
	}
	return versions->err;
}

int sw_versions_read(struct sw_versions *versions, struct sw_span text, const char *path)
{
	struct sw_walk_fault fault;

	sw_walk(text, path, look, versions, &fault);
	if (versions->count)
		qsort(versions->item, versions->count, sizeof(*versions->item), compare);
	return versions->err;
}

bool sw_versions_last(const struct sw_versions *versions, struct sw_span id,
		      struct sw_span modified)
{
	struct sw_version key = version_of(id, modified, false);
	size_t low = 0, high = versions->count, middle;

	while (low < high) { /* to behind all that are as late */
		middle = low + (high - low) / 2;
		if (compare(&versions->item[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low == versions->count || !id.size ||
	       !XXH128_isEqual(versions->item[low].id, key.id);
}
