// SPDX-License-Identifier: GPL-2.0
#include "config/routes.h"

#include <ctype.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/mapping.h"

/* <linux/rtnetlink.h>, and iproute2's rt_protos, which calls FRR by its old name. */
static const struct {
	const char *name;
	__u8 protocol;
} protocols[] = {
	{ "spamweir", SW_ROUTE_PROTOCOL }, { "bird", RTPROT_BIRD },	{ "frr", RTPROT_ZEBRA },
	{ "zebra", RTPROT_ZEBRA },	   { "bgp", RTPROT_BGP },	{ "ospf", RTPROT_OSPF },
	{ "isis", RTPROT_ISIS },	   { "static", RTPROT_STATIC }, { "boot", RTPROT_BOOT },
	{ "kernel", RTPROT_KERNEL },
};

const char *sw_route_protocol_name(__u8 protocol)
{
	size_t i;

	for (i = 0; i < SW_COUNT(protocols); i++) {
		if (protocols[i].protocol == protocol)
			return protocols[i].name;
	}
	return NULL;
}

int sw_routes_read_table(const struct sw_value *value, __u32 *table)
{
	__u64 number;
	int err = sw_value_number(value, 1, 0xffffffff, &number);

	if (err)
		return err;
	if (number >= RT_TABLE_DEFAULT && number <= RT_TABLE_LOCAL)
		return sw_value_expected(value, "a table of its own, not 253 to 255, by which "
						"this router itself sends");
	*table = number;
	return 0;
}

int sw_routes_read_protocol(const struct sw_value *value, bool any, __u8 *protocol)
{
	static const char what[] = "a protocol such as bird, frr or bgp, or its number from 1 to "
				   "255";
	const char *text = sw_value_text(value, what);
	__u64 number;
	size_t i;

	if (!text)
		return -EINVAL;
	if (any && !strcmp(text, "any")) {
		*protocol = RTPROT_UNSPEC;
		return 0;
	}
	for (i = 0; i < SW_COUNT(protocols); i++) {
		if (!strcmp(text, protocols[i].name)) {
			*protocol = protocols[i].protocol;
			return 0;
		}
	}
	if (!isdigit((unsigned char)*text) || sw_value_number(value, 1, 255, &number))
		return sw_value_expected(value, what);
	*protocol = number;
	return 0;
}

static int read_table(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_routes_read_table(value, &feed->routes.table);
}

static int read_protocol(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_routes_read_protocol(value, true, &feed->routes.protocol);
}

static int read_hold(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_seconds(value, 0, &feed->routes.hold_s);
}

int sw_routes_read(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "table", .read = read_table, .required = true },
		{ .name = "protocol", .read = read_protocol },
		{ .name = "hold", .read = read_hold },
	};
	struct sw_feed_config *feed = into;

	feed->routes.hold_s = SW_ROUTES_HOLD_S;
	return sw_value_mapping(value, keys, SW_COUNT(keys), feed);
}

int sw_routes_check(const struct sw_value *value, const struct sw_feed_config *feed)
{
	if (!feed->routes.table)
		return 0;
	if (feed->path || feed->url)
		return sw_value_fail(value, "feed \"%s\" has both routes and %s (expected one)",
				     feed->name, feed->path ? "path" : "url");
	if (feed->format != SW_FORMAT_AUTO || feed->fields)
		return sw_value_fail(value,
				     "feed \"%s\" has routes, which have no format (expected "
				     "none of format, csv and json)",
				     feed->name);
	if (feed->max_age_s)
		return sw_value_fail(value,
				     "feed \"%s\" has routes, which do not grow old (expected "
				     "`hold` in place of max_age)",
				     feed->name);
	return 0;
}

int sw_routes_place(struct sw_config *config, const char *state_dir)
{
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		struct sw_feed_config *feed = &config->feed[i];

		if (!feed->routes.table || feed->path)
			continue;
		if (asprintf(&feed->path, "%s/routes/%s", state_dir, feed->name) < 0) {
			feed->path = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}
