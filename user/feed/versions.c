// SPDX-License-Identifier: GPL-2.0
#include "feed/versions.h"

#include <errno.h>
#include <stdio.h>
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

	if (sw_time_parse_begun(modified, &version.seconds))
		version.nanoseconds = nanoseconds_of(modified);
	return version;
}

bool sw_version_is_dated(struct sw_span modified)
{
	__u64 seconds;

	return !modified.size || sw_time_parse_begun(modified, &seconds);
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
	return json_is_true(json_object_get(object, "revoked")) ||
	       sw_span_is(text_of(object, "revoked"), "true");
}

/* Some write Unix time: what reads the object reads that as a text. */
static struct sw_span modified_of(const json_t *object, char *text, size_t room)
{
	const json_t *member = json_object_get(object, "modified");

	if (!json_is_integer(member))
		return text_of(object, "modified");
	snprintf(text, room, "%" JSON_INTEGER_FORMAT, json_integer_value(member));
	return (struct sw_span){ text, strlen(text) };
}

static int add(struct sw_versions *versions, const json_t *object)
{
	struct sw_span id = text_of(object, "id");
	char modified[32];

	if (!id.size || !sw_span_is(text_of(object, "type"), "indicator"))
		return 0;
	if (versions->count == versions->room &&
	    sw_grow((void **)&versions->item, &versions->room, sizeof(*versions->item), 64))
		return -ENOMEM;
	versions->item[versions->count++] =
		version_of(id, modified_of(object, modified, sizeof(modified)), is_revoked(object));
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

/* The place of the first that is greater than `key`, or equal to it unless `behind`. */
static size_t seek(const struct sw_versions *versions, const struct sw_version *key, bool behind)
{
	size_t low = 0, high = versions->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare(&versions->item[middle], key) < behind)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct sw_versions *versions, size_t place, const struct sw_version *key)
{
	return place < versions->count && XXH128_isEqual(versions->item[place].id, key->id);
}

bool sw_versions_last(const struct sw_versions *versions, struct sw_span id,
		      struct sw_span modified)
{
	struct sw_version key = version_of(id, modified, false);

	return !id.size || !is_at(versions, seek(versions, &key, true), &key);
}

bool sw_versions_several(const struct sw_versions *versions, struct sw_span id)
{
	struct sw_version key = version_of(id, (struct sw_span){ "", 0 }, false);

	return id.size && is_at(versions, seek(versions, &key, false) + 1, &key);
}
