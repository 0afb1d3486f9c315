// SPDX-License-Identifier: GPL-2.0
#include "config/age.h"

#include "base/names.h"
#include "config/mapping.h"

static int read_age(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_seconds_most(value, 1, SW_YEAR_S, &feed->max_age_s);
}

static int read_then(const struct sw_value *value, void *into)
{
	static const char *const words[] = { "keep", "drop" };
	struct sw_feed_config *feed = into;
	size_t word;
	int err = sw_value_word(value, words, SW_COUNT(words), &word);

	if (!err)
		feed->drop_old = word;
	return err;
}

int sw_age_read(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "age", .read = read_age, .required = true },
		{ .name = "then", .read = read_then },
	};

	if (sw_value_is_mapping(value))
		return sw_value_mapping(value, keys, SW_COUNT(keys), into);
	return read_age(value, into);
}

int sw_age_check(const struct sw_value *value, const struct sw_feed_config *feed)
{
	if (feed->drop_old && (feed->kind == SW_KIND_ALLOW || feed->kind == SW_KIND_OWN))
		return sw_value_fail(value,
				     "feed \"%s\" is of kind %s, which protects people: it is "
				     "never dropped (expected `then: keep`)",
				     feed->name, sw_kind_name(feed->kind));
	if (feed->max_age_s && !sw_feed_has_list(feed))
		return sw_value_fail(value, "feed \"%s\" has a max_age, and neither path nor url",
				     feed->name);
	return 0;
}
