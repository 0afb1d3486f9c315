// SPDX-License-Identifier: GPL-2.0
#include "feed/stix_nothing.h"

#include <string.h>

#include "base/json.h"
#include "feed/format.h"

static bool begins(const json_t *value, const char *start)
{
	return json_is_string(value) && !strncmp(json_string_value(value), start, strlen(start));
}

/* Whether a bundle of nothing, or TAXII's answer, may have it. */
static bool is_known(const char *name, const json_t *value)
{
	if (!strcmp(name, "type"))
		return json_is_string(value) && !strcmp(json_string_value(value), "bundle");
	if (!strcmp(name, "id"))
		return begins(value, "bundle--");
	if (!strcmp(name, "more"))
		return json_is_boolean(value);
	if (!strcmp(name, "objects"))
		return json_is_array(value) && !json_array_size(value);
	return !strcmp(name, "spec_version");
}

/* A bundle of nothing has no "objects", or an empty array of them; what TAXII 2.1 (3.7) has
 * for nothing is {}. What says anything else may be another thing, such as an error. */
static bool is_empty(json_t *object)
{
	bool is = json_is_object(object);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) is = is && is_known(name, value);
	return is;
}

bool sw_stix_is_nothing(struct sw_span text)
{
	json_t *root, *object;
	size_t i;
	bool is;

	if (text.size >= SW_FEED_LINE_MAX || sw_json_parse(text.at, text.size, &root))
		return false;
	is = json_array_size(root) || is_empty(root);
	json_array_foreach(root, i, object) is = is && is_empty(object);
	json_decref(root);
	return is;
}
