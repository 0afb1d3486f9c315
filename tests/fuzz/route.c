// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of rtnetlink(7), as the kernel sends them or as nobody does. The input is messages
 * behind each other. What is read of one is sound, no byte behind it is, and what becomes of
 * all is a list that a feed's parser reads in full.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "fuzz.h"
#include "route/list.h"
#include "route/table.h"

static void check_route(const struct sw_route *route)
{
	struct sw_prefix copy = route->prefix, back;
	char text[SW_PREFIX_TEXT];

	must(copy.family == SW_IPV4 || copy.family == SW_IPV6);
	must(copy.length <= sw_family_bits(copy.family));
	must(copy.family == SW_IPV6 || copy.address <= UINT32_MAX);
	must(!sw_prefix_clear_host_bits(&copy));
	sw_prefix_format(&route->prefix, text);
	must(!sw_prefix_parse(text, strlen(text), &back));
	must(!sw_prefix_compare(&back, &route->prefix));
}

/* A message of its own memory, which ends where it does; 1: it was taken. */
static int read_one(const struct nlmsghdr *at, struct sw_routes *routes)
{
	struct nlmsghdr *message = copy_of(at, at->nlmsg_len);
	struct sw_route route, again;
	int err;

	memset(&route, 0x5a, sizeof(route));
	err = sw_route_read(message, &route);
	must(err == 0 || err == -ENOENT || err == -EBADMSG);
	if (!err) {
		must(message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE);
		must(!sw_route_read(message, &again));
		must(!sw_prefix_compare(&route.prefix, &again.prefix) &&
		     route.table == again.table && route.metric == again.metric &&
		     route.protocol == again.protocol && route.type == again.type);
		check_route(&route);
		must(!sw_routes_add(routes, &route));
	}
	free(message);
	return !err;
}

/* A prefix a line, in order and each once, behind the line that says what this is. */
static void check_list(struct sw_routes *routes)
{
	struct sw_prefix prefix, before = { 0 };
	size_t size, lines = 0, count;
	char *text, *line, *end;

	sw_routes_sort(routes);
	must(!sw_route_list_text(routes, &text, &size, &count));
	must(count <= routes->count);
	must(size == strlen(text) && size && text[size - 1] == '\n');
	for (line = strchr(text, '\n') + 1; *line; line = end + 1, lines++) {
		end = strchr(line, '\n');
		must(!sw_prefix_parse(line, strcspn(line, " "), &prefix));
		must(!lines || sw_prefix_compare(&before, &prefix) < 0);
		before = prefix;
	}
	must(lines == count);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = copy_of(data, size);
	const struct nlmsghdr *message = (void *)bytes;
	struct sw_routes routes = { 0 };
	int left = size;
	size_t taken = 0;

	for (; sw_route_message_ok(message, left); message = mnl_nlmsg_next(message, &left))
		taken += read_one(message, &routes);
	must(taken == routes.count);
	check_list(&routes);
	sw_routes_free(&routes);
	free(bytes);
	return 0;
}
