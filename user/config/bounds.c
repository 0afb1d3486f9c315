// SPDX-License-Identifier: GPL-2.0
#include "config/bounds.h"

#include "config/mapping.h"

#define MAX_FILE_ENTRIES 100000000
#define UNSAID 0xff /* a width */

static int read_width(const struct sw_value *value, struct sw_feed_config *feed, __u8 family)
{
	__u64 length;
	int err;

	err = sw_value_number(value, 0, sw_family_bits(family), &length);
	if (!err)
		feed->max_width[family] = length;
	return err;
}

static int read_width_ipv4(const struct sw_value *value, void *into)
{
	return read_width(value, into, SW_IPV4);
}

static int read_width_ipv6(const struct sw_value *value, void *into)
{
	return read_width(value, into, SW_IPV6);
}

/* A bare number is for IPv4. One above 32 was meant for IPv6, and the file has to say
 * so. */
int sw_bounds_read_max_width(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "ipv4", .read = read_width_ipv4 },
		{ .name = "ipv6", .read = read_width_ipv6 },
	};

	if (sw_value_is_mapping(value))
		return sw_value_mapping(value, keys, SW_COUNT(keys), into);
	if (read_width(value, into, SW_IPV4))
		return sw_value_expected(value, "an IPv4 prefix length from 0 to 32, "
						"or { ipv4: N, ipv6: N }");
	return 0;
}

static int read_most(const struct sw_value *value, struct sw_feed_config *feed, __u8 family)
{
	__u64 most;
	int err = sw_value_number(value, 1, MAX_FILE_ENTRIES, &most);

	if (!err)
		feed->max_entries[family] = most;
	return err;
}

static int read_most_ipv4(const struct sw_value *value, void *into)
{
	return read_most(value, into, SW_IPV4);
}

static int read_most_ipv6(const struct sw_value *value, void *into)
{
	return read_most(value, into, SW_IPV6);
}

/* A bare number is for either family. */
int sw_bounds_read_max_entries(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "ipv4", .read = read_most_ipv4 },
		{ .name = "ipv6", .read = read_most_ipv6 },
	};
	int err;

	if (sw_value_is_mapping(value))
		return sw_value_mapping(value, keys, SW_COUNT(keys), into);
	err = read_most_ipv4(value, into);
	return err ? err : read_most_ipv6(value, into);
}

int sw_bounds_read_max_change(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	__u64 factor;

	if (sw_value_is(value, "off")) {
		feed->max_change = SW_ANY_CHANGE;
		return 0;
	}
	if (sw_value_number(value, 2, 1000000, &factor))
		return sw_value_expected(value, "a factor from 2 to 1000000, or off");
	feed->max_change = factor;
	return 0;
}

int sw_bounds_read_may_list_special(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_bool(value, &feed->may_list_special);
}

int sw_bounds_read_may_list_own(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_bool(value, &feed->may_list_own);
}

int sw_bounds_read_may_be_empty(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_bool(value, &feed->may_be_empty);
}

void sw_bounds_unsaid(struct sw_feed_config *feed)
{
	feed->max_width[SW_IPV4] = UNSAID;
	feed->max_width[SW_IPV6] = UNSAID;
	feed->max_entries[SW_IPV4] = SW_MAX_ENTRIES_IPV4;
	feed->max_entries[SW_IPV6] = SW_MAX_ENTRIES_IPV6;
}

/* A table of routes fills and drains with its sessions. */
void sw_bounds_default(struct sw_feed_config *feed)
{
	static const __u8 width[][SW_FAMILIES] = {
		{ [SW_IPV4] = SW_MAX_WIDTH_IPV4, [SW_IPV6] = SW_MAX_WIDTH_IPV6 },
		{ [SW_IPV4] = SW_ROUTES_WIDTH_IPV4, [SW_IPV6] = SW_ROUTES_WIDTH_IPV6 },
		{ [SW_IPV4] = SW_OWN_WIDTH_IPV4, [SW_IPV6] = SW_OWN_WIDTH_IPV6 },
	};
	bool routes = feed->routes.table;
	int which = feed->kind == SW_KIND_OWN ? 2 : routes, family;

	for (family = SW_IPV4; family < SW_FAMILIES; family++) {
		if (feed->max_width[family] == UNSAID)
			feed->max_width[family] = width[which][family];
	}
	if (!routes && !feed->max_change)
		feed->max_change = SW_MAX_CHANGE;
	feed->may_be_empty = feed->may_be_empty || routes;
}
